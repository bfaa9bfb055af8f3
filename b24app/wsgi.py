"""The WSGI entry point."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver

from b24app.fast.lane import with_lane
from b24app.web.forms import without_charset

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b24app.settings")
_django = with_lane(get_wsgi_application())
# Before the workers are forked: each would do it again otherwise, while its first person waits.
_addresses = get_resolver().url_patterns
_pages = cast(Jinja2, engines["jinja2"])
for _name in _pages.env.list_templates():
    _pages.get_template(_name)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Django, which cannot begin to read a request that names an odd charset."""
    return _django(without_charset(environ), start_response)
