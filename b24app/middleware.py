"""What every request gets: an id that ties the page, the log and a support question together."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from b24app.logs import REQUEST_ID


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a request a fresh id and names it in the answer's X-Request-Id."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = REQUEST_ID.set(secrets.token_hex(6))
        try:
            response = get_response(request)
            response["X-Request-Id"] = REQUEST_ID.get()
            return response
        finally:
            REQUEST_ID.reset(token)

    return middleware
