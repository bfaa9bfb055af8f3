"""The main page as its visitors open it, and what its buttons ask for."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from b24app.connect.arrivals import CONFIRMED_FOR
from b24app.models import PortalUser
from payments.models import Attempt
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

JOURNAL, CSV, REPAIR = "/journal/", "/journal/csv/", "/repair/"
TOOLBAR = "CRM_DEAL_DETAIL_TOOLBAR"
SALES = 7
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def open_home(portal: PortalWithApp, *, user: str = "admin", lang: str = "en") -> Page:
    page = portal.app.open_frame(portal.name, user=user, placement="DEFAULT", lang=lang)
    assert page.status == 200, page.text
    return page


def ask(portal: PortalWithApp, path: str, *, by: str = "admin", **form: Any) -> Page:
    """What a button of the main page asks for, with the page's bearer."""
    return ask_from(portal, open_home(portal, user=by), path, **form)


def ask_from(portal: PortalWithApp, home: Page, path: str, **form: Any) -> Page:
    meta = home.soup.select_one("meta[name=frame-session]")
    assert meta is not None
    headers = {**HTMX, "Authorization": f"Bearer {meta['content']}"}
    return portal.app.send(path, form=form, headers=headers)


def let_time_pass(portal: PortalWithApp) -> None:
    """The portal's word on who is an administrator gets too old."""
    old = timezone.now() - CONFIRMED_FOR - timedelta(seconds=1)
    PortalUser.objects.filter(portal=portal.row).update(seen_at=old)


def note(portal: PortalWithApp, **fields: Any) -> Attempt:
    """A click in the journal, as one that was made on 10 March at noon."""
    values = {
        "user_id": SALES,
        "entity_type": 2,
        "entity_id": 101,
        "state": Attempt.State.ADDED,
        "seen_max_id": 0,
        "settles_at": NOON,
        "created_at": NOON,
        **fields,
    }
    return Attempt.objects.create(portal=portal.row, key=uuid4(), **values)


def rows(page: Page, table: str) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select(f"{table} tbody tr")]


def spend_this_hours_visit(portal: PortalWithApp) -> None:
    """A visit of this hour has mended already: from here on damage waits for a click."""
    row = portal.row
    row.notes = {**row.notes, "mended_by_visit": int(time.time())}
    row.save(update_fields=["notes"])
