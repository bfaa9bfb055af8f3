"""What people read when a request fails in a way that no decorator knows by name.

Whatever escapes a view, its decorators or a middleware comes here through the URL conf's handlers,
so that a new view needs nothing of its own. The failure is logged and told in words: as a fragment
to a page's script, as a page to everybody else. Words without data may stand in any portal's frame,
because a browser would show a grey box instead.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from b24app.messages.notice import Notice, with_details
from b24app.messages.request_errors import broken, not_allowed, not_found, storage_down, unreadable
from b24app.web.fragments import fragment, is_from_script

log = logging.getLogger(__name__)
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]
_DATABASE_DOWN = (DatabaseError, InterfaceError)
_FRAGMENT, _FRAME, _SITE = "b24app/_notice.html", "b24app/notice.html", "site/notice.html"


def in_frame(view: View) -> View:
    """For a view whose answers stand in a portal's frame: its failures do as well.

    A frame has no cookie of ours, so that no other site can use one.
    """
    framed = csrf_exempt(xframe_options_exempt(view))
    vars(framed)["is_in_frame"] = True
    return framed


def is_launch(request: HttpRequest) -> bool:
    """Whether the request may be posted once more by itself: it opens a page and does no more.

    A click that a browser posted without a script goes to another address, and is the person's.
    """
    match = request.resolver_match
    return match is not None and getattr(match.func, "is_launch", False)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A form that cannot be read: too large, too many fields, of no known shape."""
    return _told(request, exception, unreadable(), status=400)


def too_long(request: HttpRequest) -> HttpResponse:
    """A body that says itself that it is too long, and of which nothing was read."""
    return _told(request, RequestDataTooBig(), unreadable(), status=413)


def wrong_method(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Tells a 405 in words, of which Django's own has none; the innermost middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        bare = get_response(request)
        if bare.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return bare
        response = _told(request, BadRequest(), not_found(), status=bare.status_code)
        response["Allow"] = bare["Allow"]
        return response

    return middleware


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _told(request, exception, not_allowed(), status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _told(request, exception, not_found(), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Everything else; Django calls this while the exception is at hand."""
    error = sys.exc_info()[1]
    if isinstance(error, _DATABASE_DOWN):
        return _told(request, error, storage_down(), status=503)
    return _told(request, error, broken(), status=500)


def let_frame(response: R, *origins: str) -> R:
    """Allow these origins, and no other, to show the response in a frame; no cache keeps it."""
    response["Cache-Control"] = "no-store"
    response._csp_replace = {"frame-ancestors": list(origins)}  # type: ignore[attr-defined]
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    return response


def any_portal() -> list[str]:
    """Where words without data may be shown."""
    return ["https:", "http:"] if settings.B24_ALLOW_INSECURE_PORTALS else ["https:"]


def words_page(request: HttpRequest, notice: Notice, *, status: int) -> HttpResponse:
    """A notice as a page in the look of a frame."""
    context = {"notice": with_details(notice, status), "is_launch": is_launch(request)}
    return render(request, _FRAME, context, status=status)


def words(request: HttpRequest, notice: Notice, *, status: int, page: str = _FRAME) -> HttpResponse:
    """A notice for a page's script, which puts it where the page has its alert; else as a page."""
    context = {"notice": with_details(notice, status), "is_launch": is_launch(request)}
    if is_from_script(request):
        return fragment(request, _FRAGMENT, context, status=status)
    return render(request, page, context, status=status)


def _told(
    request: HttpRequest, error: BaseException | None, notice: Notice, *, status: int
) -> HttpResponse:
    """The notice where its reader is, after a line in the log; the error's own text stays there."""
    match = request.resolver_match
    level = logging.WARNING if status < 500 else logging.ERROR
    where = match.view_name if match else request.path
    # Django's own line beside it has the traceback.
    log.log(level, "request to %s failed: %s", where, type(error).__name__)
    is_in_frame = match is not None and getattr(match.func, "is_in_frame", False)
    try:
        if is_in_frame:
            return let_frame(words(request, notice, status=status), *any_portal())
        return words(request, notice, status=status, page=_SITE)
    except Exception:
        log.exception("the words for a failure could not be rendered")
        return _bare(notice, status=status, is_in_frame=is_in_frame)


def _bare(notice: Notice, *, status: int, is_in_frame: bool) -> HttpResponse:
    """The same words without a template: it may be the template that fails."""
    told = with_details(notice, status)
    lines = (told.text, told.next_step, told.details)
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    body = f'<!doctype html><meta charset="utf-8"><div role="alert">{paragraphs}</div>'
    response = HttpResponse(body, status=status)
    return let_frame(response, *any_portal()) if is_in_frame else response
