"""A backup that is put back: who was erased stays so, and no click of before is sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from b24app.models import Portal, PortalUser
from b24app.portals import erasures
from b24app.portals.people import forget_person
from b24app.portals.removal import NOWHERE, forget, uninstall
from payments.models import Attempt
from tests.support.operations.rows import add_portal
from tests.support.pages import sentences as say
from tests.support.people.clicks import can_add, told
from tests.support.people.outsiders import PORTAL, Outsider
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.security.scenarios import SALES
from tests.support.security.traces import dump

Erase = Callable[[Portal], object]


@dataclass(frozen=True)
class Backup:
    """All rows, as they were."""

    rows: str

    def put_back(self) -> None:
        with transaction.atomic(), connection.constraint_checks_disabled():
            call_command("flush", interactive=False, verbosity=0)
            call_command("loaddata", self.rows, verbosity=0)


@pytest.fixture
def back_up(tmp_path: Path) -> Callable[[], Backup]:
    def make() -> Backup:
        rows = str(tmp_path / "backup.json")
        made_anew = ["contenttypes", "auth.permission"]
        call_command("dumpdata", output=rows, exclude=made_anew, verbosity=0)
        return Backup(rows)

    return make


@pytest.fixture(autouse=True)
def file(tmp_path: Path, settings: LazySettings) -> Path:
    """The file of erasures of this server alone."""
    file = tmp_path / "erasures.jsonl"
    file.touch()
    settings.ERASURES_FILE = file
    return file


def after_restore() -> str:
    said = StringIO()
    call_command("after_restore", stdout=said)
    return said.getvalue()


def used(portal: PortalWithApp) -> None:
    assert portal.app.press_add(portal.open_tab()).is_added


def traces_of(portal: PortalWithApp) -> list[str]:
    """What tells of the portal and of its people, who have names that nobody else has."""
    PortalUser.objects.filter(portal=portal.row).update(name="Fake Person of One Portal")
    return [portal.about["host"], "Fake Person of One Portal"]


def test_a_portal_and_a_person_that_were_erased_are_in_no_restored_row(
    portal: PortalWithApp, back_up: Callable[[], Backup], file: Path
) -> None:
    other = installed_portal(portal.app)
    used(portal)
    used(other)
    gone = traces_of(portal)
    person = other.row.users.get(user_id=SALES).name
    backup = back_up()
    assert forget(portal.row, at=timezone.now())
    assert forget_person(other.row, SALES)
    backup.put_back()
    assert [text for text in [*gone, person] if text not in dump()] == []
    assert "Erased again: 3 of 3 erasures." in after_restore()
    left = dump()
    assert [text for text in gone if text in left] == []
    assert not other.row.users.filter(user_id=SALES).exists()
    assert [a.user_id for a in Attempt.objects.all()] == [0]
    assert portal.row.client_endpoint == NOWHERE
    # The file itself tells nobody whose portal it was.
    assert [text for text in [*gone, person, portal.member_id] if text in file.read_text()] == []
    before = file.read_text()
    assert "Erased again: 0" in after_restore()
    assert file.read_text() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("erase", [uninstall, lambda portal: forget_person(portal, 7)])
def test_who_came_back_after_an_erasing_stays(erase: Erase) -> None:
    """The backup is younger than the erasing, and they were there again when it was made."""
    portal = add_portal()
    portal.users.create(user_id=7, name="Fake Name", seen_at=timezone.now())
    erase(portal)
    later = timezone.now() + timedelta(seconds=2)
    Portal.objects.update(state=Portal.State.ACTIVE, installed_at=later, uninstalled_at=None)
    back = {"name": "Fake Name", "seen_at": later}
    PortalUser.objects.update_or_create(portal=portal, user_id=7, defaults=back)
    assert "Erased again: 0" in after_restore()
    assert Portal.objects.get().users.get().name == "Fake Name"


def test_a_queued_click_is_looked_up_and_never_sent(portal: PortalWithApp) -> None:
    """It was sent after the backup was made, and made its payment."""
    used(portal)
    attempt = Attempt.objects.get()
    Attempt.objects.update(
        state=Attempt.State.QUEUED, payment_id=None, closed_at=None, due_at=timezone.now()
    )
    assert "may have been sent since: 1." in after_restore()
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.UNCLEAR
    page = portal.app.ask_attempt(portal.open_tab(), str(attempt.key))
    assert say.ADDED in page.status_text, told(page)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_one_that_was_not_sent_is_told_as_not_added_once_that_is_sure(
    portal: PortalWithApp,
) -> None:
    used(portal)
    [payment] = portal.payments_of(portal.deal("fresh"))
    Attempt.objects.update(
        state=Attempt.State.QUEUED, payment_id=None, closed_at=None, seen_max_id=payment["id"]
    )
    after_restore()
    tab = portal.open_tab()
    assert not can_add(tab)
    key = str(Attempt.objects.get().key)
    portal.app.ask_attempt(tab, key)
    assert Attempt.objects.get().state == Attempt.State.UNCLEAR
    Attempt.objects.update(settles_at=timezone.now())
    portal.app.ask_attempt(tab, key)
    assert Attempt.objects.get().state == Attempt.State.NOT_ADDED
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_no_page_of_before_sends_anything(
    portal: PortalWithApp, back_up: Callable[[], Backup]
) -> None:
    """Its click was sent after the backup; its key is not in it, and its mark is fresh."""
    tab = portal.open_tab()
    backup = back_up()
    person = Outsider(portal.app)
    assert person.sign_in(portal).status == 200
    assert portal.app.press_add(tab).is_added
    backup.put_back()
    after_restore()
    page = portal.app.press_add(tab)
    assert page.status == 401
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
    assert person.send(PORTAL).status == 404
    assert not Session.objects.exists()


def test_without_the_command_the_page_adds_again(
    portal: PortalWithApp, back_up: Callable[[], Backup]
) -> None:
    """The control."""
    tab = portal.open_tab()
    backup = back_up()
    assert portal.app.press_add(tab).is_added
    backup.put_back()
    assert portal.app.press_add(tab).is_added
    assert len(portal.payments_of(portal.deal("fresh"))) == 2


def test_a_bearer_of_a_portal_that_is_lost_opens_none_that_has_its_number_now(
    portal: PortalWithApp,
) -> None:
    """Rows are numbered anew after a restore, and bearers live for hours."""
    tab, key = portal.open_tab(), portal.row.pk
    old = Portal.objects.get(pk=key)
    old.delete()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        new = add_portal(pk=key)
    new.users.create(user_id=SALES, seen_at=timezone.now())
    assert new.epoch > old.epoch
    assert portal.app.press_add(tab).status == 401


@pytest.mark.django_db
def test_a_file_that_is_missing_or_spoilt_is_told(file: Path) -> None:
    file.unlink()
    with pytest.raises(CommandError, match="There is no file of erasures at"):
        after_restore()
    portal = add_portal()
    erasures.note(erasures.Kind.PORTAL, portal)
    with file.open("a") as more:
        more.write('{"kind": "por')
    erasures.note(erasures.Kind.PERSON, portal, user_id=7)
    known, odd = erasures.read(file)
    assert [(each.kind, each.user_id) for each in known] == [("portal", 0), ("person", 7)]
    with pytest.raises(CommandError, match=f"left out: line {odd[0]} of"):
        after_restore()


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_stops_no_erasing(
    settings: LazySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ERASURES_FILE = tmp_path
    portal = add_portal()
    assert uninstall(portal)
    assert Portal.objects.get().state == Portal.State.UNINSTALLED
    [said] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert str(tmp_path) in said.getMessage()
    assert str(tmp_path) in erasures.trouble()
