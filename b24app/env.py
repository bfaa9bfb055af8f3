"""The environment, read once and typed; a missing or malformed value ends the start in one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from b24app.vault import Vault, VaultKeysInvalid

T = TypeVar("T")
_env = environ.Env()


def stop(name: str, reason: str) -> NoReturn:
    """End the process with one line that names the variable."""
    sys.exit(f"environment: {name} {reason}")


def flag(name: str) -> bool:
    """A switch: 1 or 0, default 0."""
    value = text(name, default="0")
    if value not in {"0", "1"}:
        stop(name, f"is {value!r}; it is 1 or 0")
    return value == "1"


def text(name: str, *, default: str | None = None) -> str:
    """A text; without a default it must be there and not be empty."""
    value = str(_env.str(name, default="")).strip() or default
    if value is None:
        stop(name, "is missing")
    return value


def number(name: str, *, default: int) -> int:
    """A whole number above zero."""
    value = text(name, default=str(default))
    if not (value.isascii() and value.isdigit() and int(value)):
        stop(name, f"is {value!r}; it is a whole number above zero")
    return int(value)


def texts(name: str, *, default: str | None = None) -> list[str]:
    """A comma-separated list of at least one text."""
    return [item.strip() for item in text(name, default=default).split(",") if item.strip()]


def base_url(name: str, value: str) -> str:
    """A base address `https://host[:port]` without a trailing slash."""
    try:
        parts = urlsplit(value.rstrip("/"))
        _ = parts.port
    except ValueError as error:
        stop(name, f"is not an address: {error}")
    is_base = parts.scheme in {"http", "https"} and parts.hostname
    if not is_base or parts.path or parts.query or parts.username:
        stop(name, f"is {value!r}; it is an address such as https://pay.example.com")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def vault(name: str, *, default: str | None = None) -> Vault:
    """The keys for secrets at rest."""
    return _parsed(name, Vault.from_text, default=default, error=VaultKeysInvalid)


def database(name: str, *, default: str) -> dict[str, object]:
    """Django's settings for a database address such as sqlite:///data.db or postgres://…"""

    def parse(value: str) -> dict[str, object]:
        config: dict[str, object] = dict(environ.Env.db_url_config(value))
        if not config.get("ENGINE"):
            raise ValueError("unknown scheme")
        return config

    return _parsed(name, parse, default=default, error=(ValueError, ImproperlyConfigured, KeyError))


def _parsed(
    name: str,
    parse: Callable[[str], T],
    *,
    default: str | None,
    error: type[Exception] | tuple[type[Exception], ...],
) -> T:
    value = text(name, default=default)
    try:
        return parse(value)
    except error as reason:
        stop(name, f"is malformed: {reason}")
