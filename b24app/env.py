"""The environment, read once and typed; a missing or malformed value ends the start in one line."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from b24app.vault import Vault, VaultKeysInvalid

_DATABASE_ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
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


def choice(name: str, options: Mapping[str, str], *, default: str) -> str:
    """What `options` holds for the value."""
    value = text(name, default=default)
    return options.get(value) or stop(name, f"is {value!r}; it is {' or '.join(options)}")


def number(name: str, *, default: int) -> int:
    """A whole number above zero."""
    value = text(name, default=str(default))
    if not (value.isascii() and value.isdigit() and int(value)):
        stop(name, f"is {value!r}; it is a whole number above zero")
    return int(value)


def texts(name: str, *, default: str | None = None) -> list[str]:
    """A comma-separated list of at least one text, unless the default is empty."""
    items = [item.strip() for item in text(name, default=default).split(",") if item.strip()]
    return items if items or default == "" else stop(name, "names nothing")


def base_url(name: str, value: str) -> str:
    """A base address `https://host[:port]` without a trailing slash."""
    try:
        parts = urlsplit(value.rstrip("/"))
        _ = parts.port
    except ValueError as error:
        stop(name, f"is not an address: {error}")
    is_base = parts.scheme in {"http", "https"} and parts.hostname
    has_user = parts.username is not None or parts.password is not None
    if not is_base or parts.path or parts.query or parts.fragment or has_user:
        stop(name, f"is {value!r}; it is an address such as https://pay.example.com")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def vault(name: str, *, default: str | None = None) -> Vault:
    """The keys for secrets at rest."""
    try:
        return Vault.from_text(text(name, default=default))
    except VaultKeysInvalid as reason:
        stop(name, f"is malformed: {reason}")


def database(name: str, *, default: str) -> dict[str, object]:
    """Django's settings for a database address; the reason never repeats it: it has a password."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            config: dict[str, object] = dict(environ.Env.db_url_config(text(name, default=default)))
    except (ValueError, KeyError, UserWarning, ImproperlyConfigured):
        config = {}
    if config.get("ENGINE") not in _DATABASE_ENGINES or not config.get("NAME"):
        stop(name, "is malformed; it is like sqlite:///data.db or postgres://user:pass@host/name")
    return config
