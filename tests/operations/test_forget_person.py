"""Forgetting people: one who asks, and all when the app goes; what they did stays."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from b24app.models import Portal, PortalUser
from payments.models import Attempt
from tests.support.events.posted import await_state
from tests.support.operations.rows import add_attempt, add_portal
from tests.support.people.outsiders import Outsider
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import SALES
from tests.support.security.traces import dump


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("forget_person", *arguments, stdout=said)
    return said.getvalue().strip()


def names_in(portal: PortalWithApp) -> list[str]:
    return list(PortalUser.objects.filter(portal=portal.row).values_list("name", flat=True))


def used(portal: PortalWithApp) -> None:
    """A salesperson has added a payment, and an administrator has signed in outside the frame."""
    assert portal.app.press_add(portal.open_tab()).is_added
    Outsider(portal.app).sign_in(portal)
    assert all(names_in(portal))


def test_a_person_who_asks_is_nowhere_any_more(portal: PortalWithApp) -> None:
    used(portal)
    name = PortalUser.objects.get(portal=portal.row, user_id=SALES).name
    assert name in dump()
    assert run(portal.about["host"], str(SALES)) == "Forgotten."
    assert name not in dump()
    [attempt] = Attempt.objects.all()
    assert (attempt.user_id, attempt.state) == (0, Attempt.State.ADDED)
    assert not portal.row.calls.filter(user_id=SALES).exists()
    assert names_in(portal)
    assert portal.open_tab(user="admin").payment_numbers == [attempt.number]


def test_an_installer_who_asks_is_followed_by_the_next_administrator(
    portal: PortalWithApp,
) -> None:
    used(portal)
    assert run(portal.member_id, str(portal.row.installer_id)) == "Forgotten."
    assert portal.row.installer_id is None
    portal.open_tab(user="admin")
    assert portal.row.installer_id is not None


def test_nobody_else_can_be_forgotten(portal: PortalWithApp) -> None:
    assert run(portal.member_id, "4711") == "Nobody with this number was known."
    with pytest.raises(CommandError, match="No portal"):
        run("nowhere.example.com", "7")


def test_a_removal_takes_every_name_and_leaves_what_was_done(portal: PortalWithApp) -> None:
    used(portal)
    names = names_in(portal)
    portal.standin.change_portal(portal.name, app_present=False)
    await_state(portal, Portal.State.UNINSTALLED)
    left = dump()
    assert [name for name in names if name in left] == []
    assert Attempt.objects.filter(portal=portal.row).count() == 1


@pytest.mark.django_db
def test_an_open_click_has_an_age(settings: object) -> None:
    add_attempt(add_portal(), state=Attempt.State.UNCLEAR)
    for days, left in ((399, 1), (401, 0)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            call_command("purge")
        assert Attempt.objects.count() == left
