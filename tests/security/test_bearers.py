"""Bearers: each opens one card for one person of one portal, for a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from b24app.frame.session import IDLE_SECONDS, FrameSession, read_session, sign_session
from b24app.models import RestCall
from payments.models import Attempt
from tests.support.app import HTMX, App
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.security.traces import launch_of

DAY = 24 * 60 * 60


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
    return installed_portal(app)


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
        page = add(portal, quiet, bearer)
        assert (page.status, page.headers["x-frame-session-state"]) == (401, "ended")


def test_a_bearer_that_was_left_alone_too_long(portal: PortalWithApp, quiet: Page) -> None:
    page = add(portal, quiet, other(quiet, later=-IDLE_SECONDS - 5))
    assert (page.status, page.headers["x-frame-session-state"]) == (401, "expired")
    assert "Nothing was sent." in page.text


def test_a_bearer_of_tomorrow(portal: PortalWithApp, quiet: Page) -> None:
    page = add(portal, quiet, other(quiet, later=DAY))
    assert (page.status, page.headers["x-frame-session-state"]) == (401, "ended")


def test_a_bearer_of_yesterday(portal: PortalWithApp, quiet: Page) -> None:
    old = other(quiet, opened_at=int(time.time()) - DAY)
    assert add(portal, quiet, old).status == 401


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


def renew(portal: PortalWithApp, bearer: str, tokens: dict[str, str]) -> Page:
    form = {name: tokens[name] for name in ("AUTH_ID", "REFRESH_ID")}
    return send(portal, "/session/", bearer, **form)


def expired(tab: Page) -> tuple[FrameSession, str]:
    session = replace(read_session(tab.bearer), opened_at=int(time.time()) - DAY)
    with time_machine.travel(time.time() - DAY):
        return session, sign_session(session)


def test_the_same_person_goes_on_with_a_fresh_token(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    session, bearer = expired(tab)
    page = renew(portal, bearer, launch_of(portal)["fields"])
    assert page.status == 204
    renewed = read_session(page.headers["x-frame-session"])
    assert renewed == replace(session, opened_at=renewed.opened_at)
    assert add(portal, tab, page.headers["x-frame-session"]).status == 200
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_nobody_goes_on_with_somebody_elses_token(
    portal: PortalWithApp, neighbour: PortalWithApp
) -> None:
    tab = portal.open_tab()
    _, bearer = expired(tab)
    stored = list(portal.row.users.values_list("access_token", "token_version"))
    foreign = [
        launch_of(portal, user="admin")["fields"],
        launch_of(neighbour)["fields"],
        {"AUTH_ID": "fake0token0of0nobody", "REFRESH_ID": "fake0token0of0nobody"},
        {"AUTH_ID": "", "REFRESH_ID": ""},
    ]
    RestCall.objects.all().delete()
    for tokens in foreign:
        page = renew(portal, bearer, tokens)
        assert page.status == 401
        assert "x-frame-session" not in page.headers
    assert list(portal.row.users.values_list("access_token", "token_version")) == stored
    # The portal has said whose token the first is; of the others nobody knows.
    asked = RestCall.objects.values_list("user_id", flat=True)
    assert list(asked) == [portal.about["users"]["admin"]]


def test_nobody_goes_on_without_a_bearer_of_ours(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    tokens = launch_of(portal)["fields"]
    epoch = read_session(tab.bearer).epoch
    portal.standin.clear_calls(portal.name)
    for bearer in ("", "nothing", tab.bearer[:-1], other(tab, epoch=epoch + 1)):
        assert renew(portal, bearer, tokens).status == 401
    assert portal.calls() == []
