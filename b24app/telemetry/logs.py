"""Logs as JSON lines, and a filter on every handler that lets no secret through.

Rather one harmless id masked than one token written: every long run of token characters is cut to
its first four, and configured secrets go entirely. Every line names the request and the portal's
row (never the member id, which looks like a token).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

NO_REQUEST = "-"
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)
PORTAL: ContextVar[int | None] = ContextVar("portal", default=None)
_LONG = 28
_LONG_RUN = re.compile(rf"[A-Za-z0-9_.~+/=%-]{{{_LONG},}}")
_NAMES = frozenset(
    {
        "access_token",
        "application_token",
        "auth",
        "auth_id",
        "client_secret",
        "code",
        "refresh_id",
        "refresh_token",
    }
)
# One of these is in each name, in small letters: most texts have none.
_PARTS_OF_NAMES = ("auth", "code", "refresh", "secret", "token")
_NAMED = re.compile(
    rf"(?i)\b({'|'.join(sorted(_NAMES))})" r"(['\"]?\]?\s*[=:]\s*['\"]?)[^\s&'\",}\\]+"
)
_PATH_LIKE = re.compile(r"[A-Za-z0-9_.-]{1,27}(?:[/.]+[A-Za-z0-9_-]{1,27})+/?")
_HARMLESS = re.compile(
    rf"{_PATH_LIKE.pattern}"
    # An error code such as ERROR_BATCH_METHOD_NOT_ALLOWED; the key of a click, which is a UUID.
    r"|[A-Z0-9]{1,26}(?:_[A-Z0-9]{1,26})+"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


class RedactingFormatter(JsonFormatter):
    """One JSON object a line, masked after everything (text, arguments, traceback) is in it."""

    def __init__(self, *args: Any, secrets: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = REQUEST_ID.get()
        record.portal = PORTAL.get()
        return redact(super().format(record), secrets=self._secrets)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Masked before JSON writes quotes and letters in another way, too."""
        return dict(self._masked(super().process_log_record(log_data)))

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return redact(value, secrets=self._secrets)
        if isinstance(value, dict):
            return {
                key: "…" if str(key).lower() in _NAMES else self._masked(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple | set):
            return [self._masked(item) for item in value]
        return value


def redact(text: str, *, secrets: Iterable[str] = ()) -> str:
    """`text` without configured secrets, named secrets, or runs that look like tokens."""
    for secret in secrets:
        text = text.replace(secret, "…")
    folded = text.casefold()
    if any(part in folded for part in _PARTS_OF_NAMES):
        text = _NAMED.sub(r"\1\2…", text)
    return _LONG_RUN.sub(_mask_run, text) if len(text) >= _LONG else text


def _mask_run(match: re.Match[str]) -> str:
    """A path, a name, a code or a key has no part as long as a token; everything else is cut."""
    run = match[0]
    return run if _HARMLESS.fullmatch(run.strip("/.")) else f"{run[:4]}…"


def logging_config(*, secrets: Iterable[str]) -> dict[str, Any]:
    """Django's LOGGING: one handler, one formatter; talkative libraries are held at WARNING."""
    quiet = ("urllib3", "requests", "requests_oauthlib", "oauthlib", "allauth")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": RedactingFormatter,
                "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(portal)s",
                "secrets": list(secrets),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            **{name: {"level": "WARNING"} for name in quiet},
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
