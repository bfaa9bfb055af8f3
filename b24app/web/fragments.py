"""Parts of a page that its script asked for, each in a response that says it is ours.

Whatever stands between the app and a browser answers with pages of its own, of any status. A script
puts into the page only what has this header (static/js/tab.js, static/js/home.js).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def is_from_script(request: HttpRequest) -> bool:
    """Whether a script asks, which wants a part of the page and not all of it."""
    return "HX-Request" in request.headers


def fragment(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """A part of the page."""
    response = render(request, template, context, status=status)
    response["X-Fragment"] = "1"
    return response
