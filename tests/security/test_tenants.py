"""Every address of the app against every wrong bearer and every other portal's ids.

A row says what of a request names something of a portal; an address without a row fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest

from b24app.frame.session import read_session, sign_session
from payments.models import Attempt
from tests.support.app import HTMX, App
from tests.support.pages.page import Page
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.routes import all_routes
from tests.support.security.traces import dump

LEGAL = {
    f"legal/{name}/{end}" for name in ("licence", "privacy") for end in ("", "<slug:language>/")
}
OPEN_TO_ALL = {"healthz", "readyz", *LEGAL}
# A token of the operator's: tests/operations/test_metrics.py.
BY_TOKEN = {"metrics"}
# A cookie says who comes: tests/console/test_doors.py, tests/connect/test_portal_page.py.
WITH_COOKIES = ("accounts/", "admin/", "console/", "portal/")
# Proven by a token or a secret of the portal itself, not by a bearer: test_forged_launches.py.
BY_PROOF = {
    "",
    "install/",
    "placements/deal/",
    "placements/invoice/",
    "placements/owed/",
    "events/",
}


@dataclass(frozen=True)
class Row:
    """A request as the neighbour's page would make it; `statuses` are what a stranger hears."""

    statuses: set[int]
    form: Callable[[Neighbour], dict[str, str]] | None = None
    path: Callable[[Neighbour], str] = lambda _: ""


@dataclass(frozen=True)
class Neighbour:
    """Another portal, with a click, a payment and a tab of its own."""

    portal: PortalWithApp
    tab: Page
    key: str
    payment_id: int

    def click(self) -> dict[str, str]:
        fields = self.tab.form_fields("/payments/add/")
        return {"key": str(uuid4()), "seen": fields["seen"]}


def key_path(ending: str = "") -> Callable[[Neighbour], str]:
    return lambda theirs: f"payments/attempts/{theirs.key}/{ending}"


def payment_path(name: str) -> Callable[[Neighbour], str]:
    """The address as their own page has it."""
    return lambda theirs: address_on(theirs.tab, theirs.payment_id, name).lstrip("/")


# 200 is a page about one's own portal, which knows no such payment, click or person.
TABLE = {
    "payments/add/": Row({400}, Neighbour.click),
    "payments/attempts/<uuid:key>/": Row({404}, path=key_path()),
    "payments/attempts/<uuid:key>/choice/": Row(
        {404}, lambda _: {"payment": "1"}, key_path("choice/")
    ),
    "payments/attempts/<uuid:key>/rest/": Row({404}, lambda _: {}, key_path("rest/")),
    "payments/older/": Row({200}),
    # A page of its own: the bearer of a deal's tab is none of it (tests/flow/owed).
    "payments/owed/": Row({400}, lambda _: {}),
    "payments/owed/list/": Row({400}, lambda _: {}),
    "payments/owed/more/": Row({400}, lambda theirs: {"seen": theirs.tab.seen}),
    "payments/owed/csv/": Row({400}, lambda theirs: {"seen": theirs.tab.seen}),
    "payments/<int:payment_id>/<action:action>/": Row({404}, lambda _: {}, payment_path("delete")),
    "payments/<int:payment_id>/pay-system/": Row(
        {404}, lambda _: {"pay_system": "3"}, payment_path("pay_system")
    ),
    "payments/<int:payment_id>/link/": Row({404}, path=payment_path("link")),
    "payments/<int:payment_id>/send/": Row({404}, lambda _: {"clients": "1"}, payment_path("send")),
    "payments/<int:payment_id>/sent/": Row(
        {404}, lambda _: {"channel": "sms"}, payment_path("sent")
    ),
    "journal/": Row({200}, lambda theirs: {"user": str(read_session(theirs.tab.bearer).user_id)}),
    "journal/csv/": Row({200}, lambda _: {}),
    "repair/": Row({200}, lambda _: {}),
    "fields/": Row({200}, lambda _: {}),
}


@pytest.fixture
def neighbour(app: App) -> Iterator[Neighbour]:
    """Everything of it is as before when the test is over, and its portal has heard nothing."""
    portal = installed_portal(app)
    portal.standin.add_payments(portal.name, "fresh", user="admin", count=40)
    app.press_add(app.open_tab(portal.name, portal.deal("fresh"), user="admin"))
    tab = portal.open_tab(user="admin")
    attempt = Attempt.objects.get(portal=portal.row)
    theirs = Neighbour(portal, tab, str(attempt.key), attempt.payment_id or 0)
    portal.standin.clear_calls(portal.name)
    state = truth(portal)
    yield theirs
    assert truth(portal) == state
    assert [call for call in portal.calls() if call["server"] == "portal"] == []
    again = Attempt.objects.get(portal=portal.row)
    assert (again.state, again.payment_id) == (attempt.state, attempt.payment_id)


def truth(portal: PortalWithApp) -> str:
    state = portal.standin.portal(portal.name)
    return json.dumps([state["payments"], state.get("placements")], sort_keys=True)


def send(portal: PortalWithApp, route: str, theirs: Neighbour, bearer: str, **more: str) -> Page:
    row = TABLE[route]
    request: dict[str, Any] = {"form": row.form(theirs)} if row.form else {}
    headers = {**HTMX, "Authorization": f"Bearer {bearer}", **more}
    return portal.app.send(f"/{row.path(theirs) or route}", headers=headers, **request)


def test_every_address_has_a_row() -> None:
    known = {*TABLE, *BY_PROOF, *BY_TOKEN, *OPEN_TO_ALL}
    found = all_routes()
    assert sorted(r for r in found if not r.startswith(WITH_COOKIES)) == sorted(known)


def test_nobodys_bearer_opens_anything(portal: PortalWithApp, neighbour: Neighbour) -> None:
    tab = portal.open_tab(user="admin")
    session = read_session(tab.bearer)
    wrong = {
        "none": "",
        "cut": tab.bearer[:-1],
        "of another purpose": tab.form_fields("/payments/add/")["seen"],
        "of an earlier installation": sign_session(replace(session, epoch=session.epoch - 1)),
        "of no portal": sign_session(replace(session, portal_id=session.portal_id + 10_000)),
        "of nobody": sign_session(replace(session, user_id=4711)),
    }
    portal.standin.clear_calls(portal.name)
    before = dump()
    for name, bearer in wrong.items():
        for route in TABLE:
            page = send(portal, route, neighbour, bearer)
            assert page.status == 401, (name, route)
            assert "x-frame-session" not in page.headers
    assert dump() == before
    assert portal.calls() == []


def test_no_bearer_is_read_from_the_page_of_another_site(
    portal: PortalWithApp, neighbour: Neighbour
) -> None:
    """A second net: browsers say where a request comes from (Fetch Metadata)."""
    bearer = portal.open_tab(user="admin").bearer
    portal.standin.clear_calls(portal.name)
    before = dump()
    for route in TABLE:
        page = send(portal, route, neighbour, bearer, **{"Sec-Fetch-Site": "cross-site"})
        assert page.status == 403, route
        assert page.alert_text.startswith("You may not open this page.")
        assert "x-frame-session" not in page.headers
    assert dump() == before
    assert portal.calls() == []
    for site in ("same-origin", "same-site", "none"):
        page = send(portal, "journal/", neighbour, bearer, **{"Sec-Fetch-Site": site})
        assert page.status == 200, site


@pytest.mark.parametrize("route", TABLE)
def test_another_portals_ids_are_nothing_here(
    portal: PortalWithApp, neighbour: Neighbour, route: str
) -> None:
    tab = portal.open_tab(user="admin")
    page = send(portal, route, neighbour, tab.bearer)
    assert page.status in TABLE[route].statuses, page.text
    assert neighbour.key not in page.body
    assert str(neighbour.portal.about["host"]) not in page.body
    assert not Attempt.objects.filter(portal=portal.row).exists()
    assert portal.standin.portal(portal.name)["payments"] == seed_payments(portal)


def seed_payments(portal: PortalWithApp) -> list[dict[str, Any]]:
    """The payments that every fresh portal has."""
    fresh = portal.standin.create_portal()
    found = portal.standin.portal(str(fresh["name"]))["payments"]
    return list(found)
