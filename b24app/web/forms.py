"""Reading a form as it was posted: whatever charset its Content-Type names, it counts.

Django refuses every name but `utf-8`, so that a removal would be lost for it, and fails at names
that are no charset of texts. A body of this kind is ASCII with percent signs: its fields can be
read, and the charset only says what the percent signs mean.
"""

from __future__ import annotations

import codecs
import re
from string import printable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError

_FORM = "application/x-www-form-urlencoded"
_UTF_8 = "utf-8"
_CHARSET = re.compile(r";\s*charset\s*=\s*(\"[^\"]*\"|[^;]*)", re.IGNORECASE)
_NAMED = "b24app.charset"
# Codecs that read escapes of their own are none for a form.
_PROBES = (r"\x41", printable)


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
