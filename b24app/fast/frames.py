"""What the answers of a frame get, in one middleware: language, length, packing and policy.

Six others give it to pages with cookies. Their answers are the measure, header by header.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from typing import cast

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from isal import isal_zlib

from b24app.fast.requests import FrameRequest

_ANCESTORS, _NONCE = "frame-ancestors", "the-nonce"
_GZIP, _LEVEL = 16 + 15, 1
# Less gains nothing by it.
_SHORT_BYTES = 200


def answer(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Around views that stand in a frame."""
    gzip = GZipMiddleware(get_response)

    def middleware(request: FrameRequest) -> HttpResponse:
        # A launch and a session name another; what is malformed is told in the browser's.
        translation.activate(translation.get_language_from_request(request))
        response = get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        response.headers.setdefault(HEADER, _policy(request, response))
        if response.streaming:
            return cast(HttpResponse, gzip.process_response(request, response))
        _pack(request, response, most_padding=gzip.max_random_bytes)
        response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware


def own_host(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuses a host that is not ours (DisallowedHost), inside `answer`, which dresses words."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.get_host()
        return get_response(request)

    return middleware


def _pack(request: HttpRequest, response: HttpResponse, *, most_padding: int) -> None:
    """Pack what a browser can unpack.

    The name of the packed file, of a length by chance, hides the length of what is in it: else
    whoever can put words into a page could find out the bearer beside them (BREACH).
    """
    content = response.content
    if len(content) < _SHORT_BYTES or "Content-Encoding" in response.headers:
        return
    patch_vary_headers(response, ("Accept-Encoding",))
    if "gzip" not in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return
    packed = isal_zlib.compress(content, _LEVEL, _GZIP)
    name = b"a" * secrets.randbelow(most_padding) + b"\0"
    # RFC 1952: a head of ten bytes, of which the fourth tells of a name behind it.
    packed = packed[:3] + b"\x08" + packed[4:10] + name + packed[10:]
    if len(packed) < len(content):
        response.content = packed
        response.headers["Content-Encoding"] = "gzip"


def _policy(request: FrameRequest, response: HttpResponse) -> str:
    """As django-csp writes it, with the response's own ancestors."""
    usual = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    ancestors = getattr(response, "_csp_replace", usual)[_ANCESTORS]
    nonce = request.used_nonce
    policy = _outline(bool(nonce)).replace(_ANCESTORS.upper(), " ".join(ancestors))
    return policy.replace(_NONCE, nonce) if nonce else policy


@cache
def _outline(has_nonce: bool) -> str:
    """The policy with gaps."""
    gap = {_ANCESTORS: [_ANCESTORS.upper()]}
    return str(build_policy(replace=gap, nonce=_NONCE if has_nonce else None))
