"""Events in the inbox, portals that send them in numbers, and workers that take them up."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from b24app.events import receipts
from b24app.models import EventReceipt, Portal
from b24app.portals.registry import application_token_aad
from b24app.protocol.events import parse_event
from tests.standin.rest.params import flatten
from tests.support.app import ROOT, App
from tests.support.events.posted import FAKE_TOKEN
from tests.support.portal import PortalWithApp

SWEEP = "handle_events"


def make_portals(app: App, count: int) -> list[PortalWithApp]:
    """Portals that only our database knows: enough for events that need no answer of theirs."""
    rows = []
    for number in range(count):
        row = Portal(
            member_id=f"{number:032x}",
            client_endpoint="https://none.invalid/rest/",
            state=Portal.State.ACTIVE,
        )
        row.application_token = settings.VAULT.seal(FAKE_TOKEN, aad=application_token_aad(row))
        rows.append(row)
    Portal.objects.bulk_create(rows, batch_size=500)
    about = {"name": "none", "host": "none.invalid", "application_token": FAKE_TOKEN}
    told = [{**about, "member_id": row.member_id} for row in rows]
    return [PortalWithApp(app.standin, each, app) for each in told]


def leave_in_inbox(form: dict[str, Any], *, is_proven: bool = True) -> EventReceipt:
    """The receipt of an event whose process died before anybody was told of it."""
    return receipts.store(parse_event(dict(flatten(form))), is_proven=is_proven)


def let_pauses_pass(member_id: str) -> None:
    """As if every lease had run out and every pause were over."""
    past = timezone.now() - timedelta(seconds=1)
    EventReceipt.objects.filter(member_id=member_id).update(claimed_until=past)


def pass_hour(portal: PortalWithApp, *, expires: bool = True) -> None:
    """As if an hour had gone by with its pauses, and events are handled.

    Its access tokens are over, but where one has come since.
    """
    hour = timedelta(minutes=71)
    Portal.objects.filter(pk=portal.row.pk).update(installed_at=F("installed_at") - hour)
    EventReceipt.objects.filter(member_id=portal.member_id).update(at=F("at") - hour)
    let_pauses_pass(portal.member_id)
    if expires:
        portal.standin.expire(portal.name)
    portal.app.manage("handle_events")


def start_worker(app: App, *command: str, module: str = "") -> subprocess.Popen[str]:
    """`manage.py`, or a module, beside the app, to be killed or waited for."""
    program = ["-m", module] if module else ["manage.py", *(command or [SWEEP])]
    return subprocess.Popen(
        [sys.executable, *program],
        cwd=ROOT,
        env=app.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def taken_by(worker: subprocess.Popen[str]) -> int:
    """How many events a sweep that has ended says it took."""
    said, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0
    return int(said.split()[1].rstrip(","))
