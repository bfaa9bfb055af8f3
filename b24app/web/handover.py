"""What a request held goes back before its answer is sent: its reader may take it in slowly."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from b24app.db.connections import release_connection
from b24app.rest.large_answers import let_go


def hand_over(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Around everything else: afterwards nobody reads the database or a portal's answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        let_go()
        release_connection()
        return response

    return middleware
