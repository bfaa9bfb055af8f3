"""The settings of the app with every logger at its most talkative."""

from __future__ import annotations

from b24app.settings import *  # noqa: F403
from b24app.settings import LOGGING

LOGGING["root"]["level"] = "DEBUG"
for _logger in LOGGING["loggers"].values():
    _logger["level"] = "DEBUG"
