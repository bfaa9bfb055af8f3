"""New keys: everything stored comes under the first one, and nothing is ever lost on the way."""

from __future__ import annotations

import base64
import io
import secrets
import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from b24app.frame.session import FrameSession, SessionInvalid, read_session, sign_session
from b24app.models import EventReceipt, Portal, PortalUser
from b24app.operations import key_rotation
from b24app.operations.key_rotation import keys_in_use
from b24app.portals.registry import is_application_token, keep_application_token
from b24app.tokens.store import sealed_pair
from b24app.vault import Vault
from tests.support.operations.rows import add_event, add_portal

pytestmark = pytest.mark.django_db


def key(name: str) -> str:
    return f"{name}:" + base64.b64encode(f"fake-key-{name}".ljust(32, ".").encode()).decode()


OLD, NEW, LOST = key("old"), key("new"), key("lost")
FACTORS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
ACCESS, REFRESH, APPLICATION = "fake-access-token", "fake-refresh-token", "fake-application-token"


def rotate() -> tuple[str, str]:
    """What the command says, and what it says of errors."""
    said, complained = io.StringIO(), io.StringIO()
    call_command("rotate_keys", stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def sealed_values() -> set[str]:
    return {c.read(row) for c in key_rotation.columns() for row in c.rows} - {""}


def add_world(vault: Vault, settings: LazySettings, *, people: int = 3) -> Portal:
    """A portal with people, an application token and an event, all sealed by `vault`."""
    settings.VAULT = vault
    portal = add_portal()
    for user_id in range(1, people + 1):
        pair = sealed_pair(portal, user_id, access=ACCESS, refresh=REFRESH)
        PortalUser.objects.create(
            portal=portal, user_id=user_id, **{"seen_at": timezone.now(), **pair}
        )
    keep_application_token(portal, APPLICATION)
    event = add_event(portal)
    aad = f"eventreceipt:{event.digest}:body"
    EventReceipt.objects.filter(pk=event.pk).update(body=vault.seal("fake-form", aad=aad))
    operator = User.objects.create(username=secrets.token_hex(4), is_staff=True)
    for kind, name in FACTORS.items():
        seed = vault.seal("fake-seed", aad=key_rotation.FACTOR_AAD)
        Authenticator.objects.create(user=operator, type=kind, data={name: seed, "used_mask": 0})
    return portal


@pytest.fixture
def old_world(settings: LazySettings) -> Portal:
    return add_world(Vault.from_text(OLD), settings)


def test_everything_comes_under_the_first_key_and_the_old_one_can_go(
    old_world: Portal, settings: LazySettings
) -> None:
    settings.VAULT = Vault.from_text(f"{NEW},{OLD}")
    said, complained = rotate()
    assert "resealed 10, changed meanwhile 0" in said
    assert "Every other key than new can be removed" in said
    assert complained == ""
    assert keys_in_use() == {"new": 10}
    settings.VAULT = Vault.from_text(NEW)
    old_world.refresh_from_db()
    assert is_application_token(old_world, APPLICATION)
    assert "resealed 0" in rotate()[0]


def test_a_lost_key_is_named_and_its_values_stay_as_they_are(
    old_world: Portal, settings: LazySettings
) -> None:
    add_world(Vault.from_text(LOST), settings, people=1)
    lost = {value for value in sealed_values() if value.startswith("lost:")}
    settings.VAULT = Vault.from_text(f"{NEW},{OLD}")
    complained = io.StringIO()
    said = io.StringIO()
    with pytest.raises(CommandError, match="6 values do not open"):
        call_command("rotate_keys", stdout=said, stderr=complained)
    assert keys_in_use() == {"new": 10, "lost": 6}
    assert "key lost: 6" in said.getvalue()
    assert complained.getvalue().count("does not open") == 6
    assert lost <= sealed_values()
    assert not [t for t in (ACCESS, REFRESH, APPLICATION) if t in complained.getvalue()]
    settings.VAULT = Vault.from_text(f"{NEW},{LOST}")
    assert "resealed 6" in rotate()[0]


def test_another_key_under_the_old_name_writes_no_garbage(
    old_world: Portal, settings: LazySettings
) -> None:
    before = sealed_values()
    settings.VAULT = Vault.from_text(f"{NEW},old:{LOST.partition(':')[2]}")
    with pytest.raises(CommandError, match="10 values do not open"):
        rotate()
    assert sealed_values() == before


def test_a_pair_that_came_meanwhile_is_not_overwritten(
    old_world: Portal, settings: LazySettings
) -> None:
    settings.VAULT = Vault.from_text(f"{NEW},{OLD}")
    fresh = sealed_pair(old_world, 1, access="fake-newer-access", refresh="fake-newer-refresh")
    column = key_rotation.columns()[0]
    row = column.rows.get(user_id=1)
    PortalUser.objects.filter(user_id=1).update(**fresh)
    done = key_rotation.Resealing()
    key_rotation.reseal_value(settings.VAULT, column, row, done)
    assert (done.resealed, done.changed_meanwhile) == (0, 1)
    assert PortalUser.objects.get(user_id=1).access_token == fresh["access_token"]


def test_a_frame_outlives_a_change_of_the_secret_key(settings: LazySettings) -> None:
    now = int(time.time())
    session = FrameSession(1, 1, 7, "CRM_DEAL_DETAIL_TAB", 2, 5, "en", now)
    bearer = sign_session(session)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "fake-second-secret-key-of-the-tests"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_session(bearer) == session
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SessionInvalid):
        read_session(bearer)
