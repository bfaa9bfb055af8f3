"""The console in this process, facing the same stand-in and database as the running app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.support.app import App
from tests.support.people.operators import Person, make_person, sign_in


@pytest.fixture
def client(request: pytest.FixtureRequest, db: None, settings: LazySettings) -> Iterator[Client]:
    """A browser without a session; no test inherits the failed sign-ins of another.

    A test that names no portal and no app needs neither, and is rolled back.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    if "app" not in request.fixturenames:
        yield new_client()
        return
    app: App = request.getfixturevalue("app")
    settings.APP_URL = app.origin
    settings.B24_OAUTH_SERVERS = [app.standin.oauth_origin]
    yield new_client()
    connection.close()


def new_client() -> Client:
    return Client(SERVER_NAME="app.localhost")


@pytest.fixture
def operator(client: Client) -> Person:
    """An operator, signed in in `client`."""
    person = make_person("olga")
    sign_in(client, person)
    return person
