"""What a portal really refuses: people without a right, deals that are gone, plans, modules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, can_add, told
from tests.support.portal import PortalWithApp

pytestmark = pytest.mark.words

SALESPERSON = "sales"


def assert_nothing_added(portal: PortalWithApp, before: list[dict[str, Any]]) -> None:
    assert portal.standin.portal(portal.name)["payments"] == before


def add_after(portal: PortalWithApp, deal: str = "fresh", **changes: Any) -> Page:
    """A click in a tab that was opened before the portal changed; nothing may come of it."""
    tab = portal.open_tab(deal)
    before = portal.standin.portal(portal.name)["payments"]
    portal.standin.change_portal(portal.name, **changes)
    page = portal.app.press_add(tab)
    assert page.status == 200, page.text
    assert_nothing_added(portal, before)
    return page


@pytest.mark.parametrize("switches", [{}, REFUSED_IN_BATCH], ids=["in a batch", "alone"])
@pytest.mark.parametrize("denied_status", [403, 400])
@pytest.mark.parametrize("leaks", [False, True], ids=["batch 200", "batch 403"])
def test_a_reader_is_told_that_the_right_to_edit_is_missing(
    portal: PortalWithApp, leaks: bool, denied_status: int, switches: dict[str, Any]
) -> None:
    portal.standin.switch(
        portal.name, denied_status=denied_status, batch_leaks_403=leaks, **switches
    )
    page = portal.app.press_add(portal.open_tab(user="reader"))
    assert say.NO_RIGHT in page.alert_text, told(page)
    assert portal.payments_of(portal.deal("fresh")) == []


def test_a_guest_is_told_to_ask_a_colleague_and_gets_no_button(portal: PortalWithApp) -> None:
    tab = portal.open_tab(user="guest")
    assert say.GUEST_LOOKS in tab.alert_text, tab.text
    assert not can_add(tab)


def test_somebody_who_became_a_guest_cannot_add(portal: PortalWithApp) -> None:
    page = add_after(portal, users={portal.about["users"][SALESPERSON]: {"role": "guest"}})
    assert say.GUEST in page.alert_text, told(page)


def test_a_stage_that_allows_no_edits_is_named_as_a_possible_reason(
    portal: PortalWithApp,
) -> None:
    page = portal.app.press_add(portal.open_tab("readonly_stage"))
    assert say.NO_RIGHT in page.alert_text, told(page)
    assert portal.payments_of(portal.deal("readonly_stage")) == []


@pytest.mark.parametrize("reads", ["own", "all"])
def test_a_deal_deleted_meanwhile_is_called_gone_whatever_the_refusal_says(
    portal: PortalWithApp, reads: str
) -> None:
    portal.standin.switch(portal.name, sales_reads=reads)
    tab = portal.open_tab()
    portal.standin.change_deal(portal.name, "fresh", is_deleted=True)
    page = portal.app.press_add(tab)
    assert say.NO_DEAL in page.alert_text, told(page)
    assert portal.payments_of(portal.deal("fresh")) == []


def test_a_deal_that_became_somebody_elses_takes_no_payment(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.change_deal(portal.name, "fresh", visibility="admin")
    page = portal.app.press_add(tab)
    assert say.NO_RIGHT in page.alert_text, told(page)
    assert portal.payments_of(portal.deal("fresh")) == []


def test_somebody_elses_deal_shows_nothing_and_offers_nothing(portal: PortalWithApp) -> None:
    tab = portal.open_tab("foreign")
    assert say.NO_ACCESS in tab.alert_text, tab.text
    assert "Board room renewal" not in tab.text
    assert not can_add(tab)


def test_a_lead_card_never_leads_to_the_deal_of_the_same_number(portal: PortalWithApp) -> None:
    lead = portal.about["leads"]["lead"]
    tab = portal.app.open_frame(
        portal.name,
        user=SALESPERSON,
        placement="CRM_LEAD_DETAIL_TAB",
        options={"ID": str(lead)},
        handler=f"{portal.app.origin}/placements/deal/",
    )
    assert lead in portal.about["deals"].values()
    assert not can_add(tab), tab.text
    assert 400 <= tab.status < 500


@pytest.mark.parametrize("style", ["string", "number"])
@pytest.mark.parametrize("switches", [{}, REFUSED_IN_BATCH], ids=["in a batch", "alone"])
def test_the_limit_of_the_plan_is_told_in_the_portals_own_words(
    portal: PortalWithApp, switches: dict[str, Any], style: str
) -> None:
    page = add_after(portal, switches={"plan_limit": 0, "error_code_style": style, **switches})
    assert say.REFUSED in page.alert_text, told(page)
    assert "You cannot create more payments on your current plan." in page.alert_text


def test_a_missing_module_is_told_in_the_portals_own_words(portal: PortalWithApp) -> None:
    page = add_after(portal, switches={"modules": ["sale"]})
    assert say.REFUSED in page.alert_text, told(page)
    assert "Module salescenter is not installed." in page.alert_text


def test_a_refusal_without_any_text_is_told_as_such(portal: PortalWithApp) -> None:
    page = add_after(portal, switches={"plan_limit": 0, "texts": "none"})
    assert say.REFUSED_WORDLESS in page.alert_text, told(page)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scopes": ["placement", "user_brief"]}, say.NO_SCOPE),
        ({"allowed_user_ids": [1]}, say.NOT_OPENED),
        ({"users": {"7": {"is_active": False}}}, say.INACTIVE),
        ({"app_present": False, "tell": False}, say.NOT_INSTALLED),
        ({"switches": {"plan_rest": False}}, say.NO_APPS_IN_PLAN),
        ({"switches": {"payment_expired": True}}, say.UNPAID),
        ({"switches": {"site_closed": 403}}, say.CLOSED),
        ({"switches": {"site_closed": 410}}, say.CLOSED),
        ({"switches": {"operating_limit": 0}}, say.PAUSED),
    ],
    ids=["scope", "access", "dismissed", "removed", "plan", "unpaid", "403", "410", "operating"],
)
def test_what_the_portal_or_its_administrator_took_away_is_explained(
    portal: PortalWithApp, changes: dict[str, Any], sentence: str
) -> None:
    page = add_after(portal, **changes)
    assert sentence in page.alert_text, told(page)


@pytest.mark.parametrize("role", ["sales", "admin"])
def test_only_an_administrator_is_spoken_to_as_one(portal: PortalWithApp, role: str) -> None:
    tab = portal.open_tab(user=role)
    portal.standin.add_fault(portal.name, ADD, "refuse", code="ACCESS_DENIED")
    page = portal.app.press_add(tab)
    assert "Check in the CRM permissions" in page.alert_text, told(page)
    assert ("Ask your administrator:" in page.alert_text) is (role == "sales")


def test_a_portal_that_moved_is_followed_to_where_the_oauth_server_says(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    state = portal.standin.change_portal(portal.name, rename=f"{portal.name}moved")
    page = portal.app.press_add(tab)
    assert say.ADDED in page.status_text, told(page)
    assert len([p for p in state["payments"] if p["deal_id"] == portal.deal("fresh")]) == 0
    moved = portal.standin.portal(f"{portal.name}moved")["payments"]
    assert len([p for p in moved if p["deal_id"] == portal.deal("fresh")]) == 1


def test_a_redirect_to_an_unknown_host_is_not_followed(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    foreign = f"{portal.name}-elsewhere.localhost:{portal.standin.port}"
    portal.standin.add_fault(portal.name, "batch", "redirect", host=foreign)
    page = portal.app.press_add(tab)
    assert say.MOVED in page.alert_text, told(page)
    assert foreign not in {stray["host"] for stray in portal.standin.strays()}
    assert portal.payments_of(portal.deal("fresh")) == []
