"""The settings of the app with every logger at its most talkative."""

from __future__ import annotations

from typing import Any

from b24app.settings import *  # noqa: F403
from b24app.settings import LOGGING as USUAL

LOGGING: dict[str, Any] = {
    **USUAL,
    "root": {**USUAL["root"], "level": "DEBUG"},
    "loggers": {
        name: {**logger, "level": "DEBUG"} for name, logger in USUAL["loggers"].items()
    },
}
