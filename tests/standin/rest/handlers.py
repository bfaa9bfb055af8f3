"""What a portal checks in the address of a handler, of placements and of events alike."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.standin.rest.errors import RestError

PREFIX = "Unable to set handler"
MAX_LENGTH = 1000


def required(params: dict[str, Any], name: str) -> str:
    """A classic method's argument. Raises ERROR_ARGUMENT, which names it."""
    value = params.get(name)
    if not isinstance(value, str) or not value.strip():
        raise RestError("ERROR_ARGUMENT", f"Argument '{name}' is null or empty", argument=name)
    return value.strip()


def check_handler(url: str) -> str:
    """The address itself. Raises ERROR_WRONG_HANDLER_URL or ERROR_UNSUPPORTED_PROTOCOL."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if "." not in host or len(url) > MAX_LENGTH:
        raise RestError("ERROR_WRONG_HANDLER_URL", "Wrong handler URL")
    if parts.scheme not in ("http", "https"):
        raise RestError("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported event handler protocol")
    return url


def already_bound(kind: str) -> RestError:
    return RestError("ERROR_CORE", f"{PREFIX}: {kind} Handler already binded")
