"""Reading a form as it was posted, unless it is too long: whatever charset it names, it counts.

Django refuses every name but `utf-8`, so that a removal would be lost for it, and fails at names
that are no charset of texts. A body of this kind is ASCII with percent signs: its fields can be
read, and the charset only says what the percent signs mean.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from string import printable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import UnreadablePostError

from b24app.web.error_pages import too_long

_FORM = "application/x-www-form-urlencoded"
_UTF_8 = "utf-8"
_CHARSET = re.compile(r";\s*charset\s*=\s*(\"[^\"]*\"|[^;]*)", re.IGNORECASE)
_NAMED = "b24app.charset"
# Codecs that read escapes of their own are none for a form.
_PROBES = (r"\x41", printable)


class AnnouncedLength:
    """Refuses what says that it is too long, of any kind and before any of it is read.

    Django counts what it keeps in memory, so it would read a file of any length and put it on the
    disk. A body that announces nothing is not read at all (PEP 3333, CONTENT_LENGTH).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Once it is known which view would read it, because that decides where words may stand."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return None
        return too_long(request)


def without_charset(environ: dict[str, Any]) -> dict[str, Any]:
    """A WSGI request as Django can begin to read it; the charset that it names is put aside."""
    kind = environ.get("CONTENT_TYPE", "")
    if (found := _CHARSET.search(kind)) is None:
        return environ
    return {**environ, "CONTENT_TYPE": _CHARSET.sub("", kind), _NAMED: found[1]}


def read_form(request: HttpRequest) -> None:
    """Read the form of a request, so that `request.POST` has it.

    Raises BadRequest, SuspiciousOperation and MultiPartParserError, which are a 400 in words.
    """
    charset = _charset(request.META.get(_NAMED, _UTF_8).strip("'\" "))
    try:
        if charset != _UTF_8 and request.method == "POST" and request.content_type == _FORM:
            request.POST = QueryDict(request.body, encoding=charset)
        else:
            # Read now, so that it fails here if it fails.
            _ = request.POST
    except UnreadablePostError as error:
        raise BadRequest("the form ended early") from error


def _charset(named: str) -> str:
    """The charset by Python's name if ASCII is the same in it, else UTF-8."""
    try:
        is_ascii = all(probe.encode().decode(named) == probe for probe in _PROBES)
        b"\xff".decode(named, "replace")
        return codecs.lookup(named).name if is_ascii else _UTF_8
    except (LookupError, UnicodeError, ValueError):
        return _UTF_8
