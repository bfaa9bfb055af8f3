"""The settings of the app, and no query about the rows of a portal that does not say of which."""

from __future__ import annotations

from b24app.settings import *  # noqa: F403
from tests.support.security.scope import guard_connections

guard_connections()
