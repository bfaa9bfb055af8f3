"""A planted portal is what an installed one is: its rows, its bindings, its living tokens."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from b24app.models import Portal
from b24app.portals.registry import application_token
from b24app.tokens.store import token_aad
from tests.standin.seed import ADMIN
from tests.support.app import App
from tests.support.planting import planted_portal, rows_about
from tests.support.portal import PortalWithApp, installed_portal

JUST_NOW = timedelta(minutes=2)
# What no two installations have alike.
OWN = {"id", "portal_id", "epoch", "request_id", "milliseconds"}
SEALED = {"access_token", "refresh_token", "application_token"}


def told(value: Any, portal: PortalWithApp) -> Any:
    """A value without what names the portal, and without the time of day."""
    if isinstance(value, datetime):
        return "just now" if abs(timezone.now() - value) < JUST_NOW else value
    if isinstance(value, float):
        return "just now" if abs(timezone.now().timestamp() - value) < JUST_NOW.seconds else value
    text = json.dumps(value, default=str)
    for own, common in ((portal.member_id, "MEMBER"), (portal.name, "NAME")):
        text = text.replace(own, common)
    return text


def untimed(value: Any) -> Any:
    """An answer of a portal without how long it took."""
    if isinstance(value, dict):
        return {key: untimed(each) for key, each in value.items() if "time" not in key}
    return [untimed(each) for each in value] if isinstance(value, list) else value


def rows(portal: PortalWithApp) -> list[tuple[str, dict[str, Any]]]:
    """All rows about it; of a sealed value, that there is one."""
    found = []
    for row in rows_about(portal.row):
        fields = {f.attname: getattr(row, f.attname) for f in row._meta.fields}
        if "answer" in fields:
            fields["answer"] = untimed(json.loads(fields["answer"]))
        values = {
            name: bool(value) if name in SEALED else told(value, portal)
            for name, value in fields.items()
            if name not in OWN
        }
        found.append((type(row).__name__, values))
    return found


def state(portal: PortalWithApp) -> dict[str, Any]:
    known = portal.state()
    del known["application_token"]
    return {key: told(value, portal) for key, value in known.items()}


@pytest.mark.parametrize("switches", [{}, {"orders_for_sales": "edit"}], ids=["new", "old"])
def test_a_planted_portal_is_like_an_installed_one(app: App, switches: dict[str, Any]) -> None:
    installed = installed_portal(app, switches=switches)
    # The first is the way to a second one.
    planted_portal(app, **switches)
    planted = planted_portal(app, **switches)
    assert rows(planted) == rows(installed)
    assert {name for name, _ in rows(planted)} >= {"Portal", "PortalUser", "RestCall"}
    assert state(planted) == state(installed)
    assert planted.calls() == installed.calls() == []
    assert Portal.objects.count() == 3


def test_its_tokens_are_those_that_the_stand_in_knows(app: App) -> None:
    portal = planted_portal(app)
    assert application_token(portal.row) == portal.about["application_token"]
    user = portal.row.users.get()
    access, refresh = (
        settings.VAULT.open(
            getattr(user, field), aad=token_aad(portal.member_id, user.user_id, field)
        )
        for field in ("access_token", "refresh_token")
    )
    who = portal.standin.send(portal.host, "/rest/profile", body={"auth": access}).json()
    assert int(who["result"]["ID"]) == user.user_id == portal.row.installer_id == ADMIN
    asked = {
        "grant_type": "refresh_token",
        "client_id": "local.standin.app",
        "client_secret": "fake-client-secret",
        "refresh_token": refresh,
    }
    renewed = portal.standin.send(portal.standin.oauth_host, "/oauth/token/", form=asked).json()
    assert renewed["member_id"] == portal.member_id
    assert renewed["user_id"] == ADMIN
