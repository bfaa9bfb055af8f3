"""Commands that run in the tests' own process, as if beside the running app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import connection

from tests.support.portal import PortalWithApp


@pytest.fixture
def this_server(portal: PortalWithApp, settings: LazySettings) -> Iterator[None]:
    """The settings of the running app, for a command that asks for them here."""
    settings.APP_URL = portal.app.origin
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    yield
    connection.close()
