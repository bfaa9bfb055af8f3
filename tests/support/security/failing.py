"""A failure in the middle of the app, thrown by Python itself: no function of ours is replaced."""

from __future__ import annotations

import inspect
import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from b24app.telemetry.logs import RedactingFormatter

TOKEN = "fake0token0in0an0error" * 3
_FILLED = {"uuid": str(uuid4()), "int": "1", "slug": "de", "path": "1", "action": "pay"}


class Broken(Exception):
    """Something that no door knows."""


def address(route: str) -> str:
    """An address of a route as the URL conf writes it."""
    route = re.sub(r"\^?\(\?P<app_label>.*?\)/\$", "b24app/", route)
    route = re.sub(r"\(\?P<url>.*?\)\$", "nowhere/", route)
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: _FILLED[found[1]], route)


class Breaking:
    """A middleware after all others: what is called raises, its doors around it do not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if "X-Break-Before" in request.headers:
            raise Broken(TOKEN)


@contextmanager
def broken(view: Any) -> Iterator[None]:
    """While it holds, the function within all decorators of `view` raises when it is entered."""
    inner = inspect.unwrap(view)
    code = getattr(inner, "__func__", inner).__code__

    def look(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code is code:
            raise Broken(TOKEN)

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    """The lines that are logged meanwhile, as the server writes them; filled at the end."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    form = "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s"
    handler.setFormatter(RedactingFormatter(form))
    lines: list[dict[str, Any]] = []
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]
