"""A short way through Django for addresses that stand in a portal's frame.

No cookie of ours reaches a frame, so nothing that serves cookies has anything to do there. Which
views stand in one, they say themselves (`is_in_frame`). All others go Django's ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from b24app.fast.requests import FrameRequest

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
_MATCH = "b24app.match"


class _FrameHandler(WSGIHandler):
    """Django's handler with FRAME_MIDDLEWARE, for requests whose view is known already."""

    request_class = FrameRequest

    def load_middleware(self, is_async: bool = False) -> None:
        """Django takes the names from the settings, where its checks look for the whole list."""
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.FRAME_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        match: ResolverMatch = request.META[_MATCH]
        request.resolver_match = match
        return match


def with_lane(ordinary: WSGIHandler) -> Application:
    """The application that sends frames the short way and all else the `ordinary` one."""
    in_frames = _FrameHandler()
    # Addresses without parts that vary, so that there are as many as the URL conf has.
    fixed: dict[str, ResolverMatch | None] = {}

    def frame_match(path: str) -> ResolverMatch | None:
        """What an address leads to if that stands in a frame."""
        if path in fixed:
            return fixed[path]
        try:
            found = resolve(path)
        except Resolver404:
            return None
        match = found if getattr(found.func, "is_in_frame", False) else None
        if not (found.args or found.kwargs):
            fixed[path] = match
        return match

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        match = frame_match(environ.get("PATH_INFO") or "/")
        if match is None:
            return ordinary(environ, start_response)
        environ[_MATCH] = match
        return in_frames(environ, start_response)

    return application
