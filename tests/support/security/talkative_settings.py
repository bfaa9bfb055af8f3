"""The settings of the app with every logger at its most talkative, and a way to have it fail."""

from __future__ import annotations

from b24app.settings import *  # noqa: F403
from b24app.settings import FRAME_MIDDLEWARE, LOGGING, MIDDLEWARE

LOGGING["root"]["level"] = "DEBUG"
for _logger in LOGGING["loggers"].values():
    _logger["level"] = "DEBUG"
_BREAKING = "tests.support.security.failing.Breaking"
MIDDLEWARE = [*MIDDLEWARE, _BREAKING]
FRAME_MIDDLEWARE = [*FRAME_MIDDLEWARE, _BREAKING]
