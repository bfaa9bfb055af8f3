"""What every request gets: an id that ties page, log and support question together; a count."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from b24app.telemetry.logs import PORTAL, REQUEST_ID
from b24app.telemetry.metrics import OTHER, begin_request, count_request, end_request


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a request a fresh id, and names it in the answer's X-Request-Id and in each log line.

    Django logs a refusal once more after all middlewares, when the id is gone; it is logged here.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        token, portal = REQUEST_ID.set(secrets.token_hex(6)), PORTAL.set(None)
        try:
            response = get_response(request)
            response["X-Request-Id"] = REQUEST_ID.get()
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                said = response.reason_phrase
                log_response("%s: %s", said, request.path, response=response, request=request)
            return response
        finally:
            PORTAL.reset(portal)
            REQUEST_ID.reset(token)

    return middleware


def measure(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Counts requests by the name of their view; static files and what is not found are OTHER."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        begin_request()
        try:
            response = get_response(request)
        finally:
            end_request()
        match = request.resolver_match
        count_request(
            view=match.view_name if match else OTHER,
            status=response.status_code,
            seconds=time.perf_counter() - started,
        )
        return response

    return middleware
