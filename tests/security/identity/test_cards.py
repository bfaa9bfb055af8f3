"""A bearer acts on the payments of its own card, and one that names no card on none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from b24app.frame.session import FrameSession, read_session
from payments.tab.addresses import address_of, is_sealed, sealer
from tests.support.app import HTMX, App
from tests.support.pages.page import Page
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp
from tests.support.routes import all_routes
from tests.support.security.failing import address
from tests.support.servers.another_app import another_app, open_tab_at

UNGUARDED = "--config python:tests.unguarded.portals.cards"
BUTTONS = ["pay", "unpay", "delete", "pay_system", "link"]
SESSION = FrameSession(1, 1, 7, "CRM_DEAL_DETAIL_TAB", 2, 101, "en", 0)


def press(app: App, path: str, bearer: str) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {bearer}"}
    form: dict[str, Any] = {} if "/link/" in path else {"form": {"pay_system": "3"}}
    return app.send(path, headers=headers, **form)


@pytest.mark.parametrize("button", BUTTONS)
def test_a_stolen_bearer_does_nothing_on_another_deal(portal: PortalWithApp, button: str) -> None:
    portal.standin.switch(portal.name, orders_for_sales="edit")
    [payment] = portal.standin.add_payments(portal.name, "billed", user="sales")
    stolen, theirs = portal.open_tab(), portal.open_tab("billed")
    before = portal.payments_of(portal.deal("billed"))
    portal.standin.clear_calls(portal.name)
    own = address_on(theirs, payment, button)
    plain = own.partition("?")[0]
    for path in (plain, own, f"{plain}?card=", f"{plain}?card=%D1%8F", f"{own}0"):
        assert press(portal.app, path, stolen.bearer).status == 404
    assert portal.calls() == []
    assert portal.payments_of(portal.deal("billed")) == before
    assert press(portal.app, own, theirs.bearer).status == 200


def test_without_the_seal_it_pays_there(portal: PortalWithApp, tmp_path: Path) -> None:
    """The control."""
    portal.standin.switch(portal.name, orders_for_sales="edit")
    [payment] = portal.standin.add_payments(portal.name, "billed", user="sales")
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED) as app:
        stolen = open_tab_at(app, portal)
        assert press(app, f"/payments/{payment}/pay/", stolen.bearer).status == 200
    paid = {each["id"]: each["paid"] for each in portal.payments_of(portal.deal("billed"))}
    assert paid[payment]


def test_a_seal_is_of_one_portal_card_and_payment(settings: LazySettings) -> None:
    seal = sealer(SESSION)(11)
    assert is_sealed(seal, 11, SESSION)
    changes: list[dict[str, Any]] = [{"portal_id": 2}, {"entity_type": 31}, {"entity_id": 10}]
    others = [replace(SESSION, **each) for each in changes]
    assert [other for other in others if is_sealed(seal, 11, other)] == []
    assert not is_sealed(seal, 111, SESSION)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "fake-secret-key-of-tomorrow"
    assert not is_sealed(seal, 11, SESSION)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert is_sealed(seal, 11, SESSION)
    assert address_of("link", 11, SESSION) == f"/payments/11/link/?card={sealer(SESSION)(11)}"


def test_the_main_pages_bearer_is_refused_at_every_address_of_a_card(
    portal: PortalWithApp,
) -> None:
    home = portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    assert read_session(home.bearer).entity_id == 0
    of_payments = [route for route in all_routes() if route.startswith("payments/")]
    # The page of debts is the main page's own.
    routes = [route for route in of_payments if not route.startswith("payments/owed/")]
    assert len(routes) == 10
    portal.standin.clear_calls(portal.name)
    seal = sealer(read_session(home.bearer))(1)
    for route in routes:
        path = f"{address(route)}?card={seal}"
        headers = {**HTMX, "Authorization": f"Bearer {home.bearer}"}
        pages = [
            portal.app.send(path, headers=headers),
            portal.app.send(path, headers=headers, form={"key": str(uuid4())}),
        ]
        assert {page.status for page in pages} <= {400, 405}, route
        assert 400 in {page.status for page in pages}, route
    assert portal.calls() == []
