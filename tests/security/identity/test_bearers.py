"""Bearers: each opens one card for one person of one portal, for a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from b24app.frame.session import LIFE_SECONDS, read_session, sign_session
from payments.models import Attempt
from tests.support.app import HTMX, App
from tests.support.pages.page import Page
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp


def send(portal: PortalWithApp, path: str, bearer: str, **form: str) -> Page:
    """A request of a page with this bearer; a form makes it a POST."""
    request: dict[str, Any] = {"form": form} if form else {}
    headers = {**HTMX, "Authorization": f"Bearer {bearer}"}
    return portal.app.send(path, headers=headers, **request)


def add(portal: PortalWithApp, tab: Page, bearer: str) -> Page:
    fields = tab.form_fields("/payments/add/")
    return send(portal, "/payments/add/", bearer, key=fields["key"], seen=fields["seen"])


def attempt_of(portal: PortalWithApp, tab: Page) -> str:
    """The key of a click that was made in the tab."""
    portal.app.press_add(tab)
    return str(Attempt.objects.filter(portal=portal.row).latest("pk").key)


def asked(portal: PortalWithApp, key: str, bearer: str) -> list[int]:
    """The statuses of everything that can be done with an attempt."""
    path = f"/payments/attempts/{key}/"
    pages = [send(portal, path, bearer), send(portal, f"{path}choice/", bearer, payment="1")]
    for page in pages:
        assert "x-frame-session" not in page.headers
    return [page.status for page in pages]


@pytest.fixture
def neighbour(app: App) -> PortalWithApp:
    return planted_portal(app)


@pytest.fixture
def quiet(portal: PortalWithApp) -> Iterator[Page]:
    """A salesperson's tab; after it the portal hears nothing and gets no payment."""
    tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    yield tab
    assert portal.calls() == []
    assert portal.payments_of(portal.deal("fresh")) == []


def other(tab: Page, *, later: float = 0.0, **changes: Any) -> str:
    """A bearer that the app could have signed, with parts of the tab's session replaced."""
    session = replace(read_session(tab.bearer), **changes)
    with time_machine.travel(time.time() + later):
        return sign_session(session)


def test_no_bearer_at_all(portal: PortalWithApp, quiet: Page) -> None:
    fields = quiet.form_fields("/payments/add/")
    form = {"key": fields["key"], "seen": fields["seen"]}
    for headers in (
        {},
        {"Authorization": quiet.bearer},
        {"Authorization": f"Basic {quiet.bearer}"},
    ):
        page = portal.app.send("/payments/add/", form=form, headers={**HTMX, **headers})
        assert page.status == 401
    for name in ("frame_session", "bearer", "token"):
        page = portal.app.send(f"/payments/attempts/{uuid4()}/?{name}={quiet.bearer}")
        assert page.status == 401


def test_an_edited_bearer(portal: PortalWithApp, quiet: Page) -> None:
    body, stamp, signature = quiet.bearer.split(":")
    for bearer in (
        f"{body[:-2]}xx:{stamp}:{signature}",
        f"{body}:{stamp}x:{signature}",
        f"{body}:{stamp}:{signature[:-1]}",
        f"{body}:{stamp}",
        quiet.bearer + "A",
        quiet.form_fields("/payments/add/")["seen"],
    ):
        assert add(portal, quiet, bearer).status == 401


def test_a_bearer_whose_time_is_over(portal: PortalWithApp, quiet: Page) -> None:
    """Whatever was done with it meanwhile: signing it afresh begins nothing anew."""
    opened_at = int(time.time()) - LIFE_SECONDS - 1
    old = other(quiet, later=-LIFE_SECONDS - 1, opened_at=opened_at)
    for bearer in (old, other(quiet, opened_at=opened_at)):
        page = add(portal, quiet, bearer)
        assert page.status == 401
        assert "Nothing was sent." in page.text
        assert page.soup.select_one("button[data-reload]")
        assert "x-frame-session" not in page.headers


def test_a_bearer_of_tomorrow(portal: PortalWithApp, quiet: Page) -> None:
    ahead = other(quiet, opened_at=int(time.time()) + LIFE_SECONDS)
    assert add(portal, quiet, ahead).status == 401


def test_a_bearer_of_before_the_last_installation(portal: PortalWithApp, quiet: Page) -> None:
    epoch = read_session(quiet.bearer).epoch
    for changed in (epoch - 1, epoch + 1):
        assert add(portal, quiet, other(quiet, epoch=changed)).status == 401


def test_a_bearer_of_somebody_who_never_came(portal: PortalWithApp, quiet: Page) -> None:
    portal_id = read_session(quiet.bearer).portal_id
    assert add(portal, quiet, other(quiet, user_id=4711)).status == 401
    assert add(portal, quiet, other(quiet, portal_id=portal_id + 10_000)).status == 401


def test_a_bearer_of_another_portal(
    portal: PortalWithApp, quiet: Page, neighbour: PortalWithApp
) -> None:
    theirs = neighbour.open_tab()
    neighbour.standin.clear_calls(neighbour.name)
    assert add(portal, quiet, theirs.bearer).status == 400
    assert neighbour.calls() == []


@pytest.mark.parametrize(("user", "deal"), [("admin", "fresh"), ("sales", "empty")])
def test_a_bearer_of_another_person_or_deal(portal: PortalWithApp, user: str, deal: str) -> None:
    tab, others = portal.open_tab(), portal.open_tab(deal, user=user)
    portal.standin.clear_calls(portal.name)
    assert add(portal, tab, others.bearer).status == 400
    assert portal.calls() == []


def test_attempts_are_seen_by_those_who_made_them_alone(
    portal: PortalWithApp, neighbour: PortalWithApp
) -> None:
    tab = portal.open_tab()
    key = attempt_of(portal, tab)
    strangers = [
        portal.open_tab(user="admin"),
        portal.open_tab("empty"),
        neighbour.open_tab(),
    ]
    portal.standin.clear_calls(portal.name)
    neighbour.standin.clear_calls(neighbour.name)
    before = Attempt.objects.get(key=key)
    for stranger in strangers:
        assert asked(portal, key, stranger.bearer) == [404, 404]
    assert asked(portal, str(uuid4()), tab.bearer) == [404, 404]
    assert asked(portal, key, "nothing") == [401, 401]
    assert Attempt.objects.get(key=key).state == before.state
    assert portal.calls() + neighbour.calls() == []


def test_the_key_of_somebody_elses_click_adds_nothing(portal: PortalWithApp) -> None:
    key = attempt_of(portal, portal.open_tab())
    admins = portal.open_tab(user="admin")
    form = {"key": key, "seen": admins.form_fields("/payments/add/")["seen"]}
    assert send(portal, "/payments/add/", admins.bearer, **form).status == 409
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
