"""The next administrator's visit: a new installer, what is missing bound, and the words for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from b24app.models import Portal, PortalUser
from tests.support.pages import sentences as say
from tests.support.pages.home_visits import TOOLBAR
from tests.support.people.scenes import (
    ADMIN,
    OTHER,
    SALES,
    open_home,
    press_repair,
    promote,
    row_of,
)
from tests.support.portal import PortalWithApp

EVERY = ["crm", "placement", "user_brief", "pay_system", "salescenter"]
WITHDRAWN = "The app has not been given all the permissions it needs."
REPAIRED = "Repaired: everything is in order."


class TestTheInstaller:
    """Whose tokens serve the background: an administrator whose access lives."""

    def test_dismissed_is_followed_by_the_next_administrator(self, portal: PortalWithApp) -> None:
        tab = portal.open_tab(user="admin")
        promote(portal, is_active=False)
        assert say.INACTIVE in portal.app.press_add(tab).alert_text
        assert portal.row.installer_id is None
        page = open_home(portal, user=str(OTHER))
        assert "Everything is in order." in page.text
        assert "Access in the background Reader , last confirmed:" in page.text
        assert portal.row.installer_id == OTHER

    def test_with_dead_tokens_is_followed(self, portal: PortalWithApp) -> None:
        tab = portal.open_tab(user="admin")
        promote(portal)
        portal.standin.expire(portal.name, user_id=ADMIN)
        portal.standin.revoke(portal.name, user_id=ADMIN, refresh=True)
        assert say.SESSION_ENDED in portal.app.press_add(tab).alert_text
        assert portal.row.installer_id is None
        portal.open_tab(user=str(OTHER))
        assert portal.row.installer_id == OTHER

    def test_who_is_no_administrator_any_more_is_released(self, portal: PortalWithApp) -> None:
        promote(portal, role="sales")
        assert portal.open_tab(user=str(ADMIN)).status == 200
        assert portal.row.installer_id is None
        portal.open_tab(user=str(OTHER))
        assert portal.row.installer_id == OTHER

    def test_is_never_a_salesperson(self, portal: PortalWithApp) -> None:
        Portal.objects.filter(pk=portal.row.pk).update(installer_id=None)
        portal.open_tab(user="sales")
        open_home(portal, user="sales")
        assert portal.row.installer_id is None

    def test_who_is_well_stays(self, portal: PortalWithApp) -> None:
        promote(portal)
        open_home(portal, user=str(OTHER))
        assert portal.row.installer_id == ADMIN


class TestAPermissionWithdrawn:
    """Read by the administrator, mended by pressing Repair or by opening the page."""

    @pytest.fixture(autouse=True)
    def _withdrawn(self, portal: PortalWithApp) -> None:
        portal.standin.change_portal(portal.name, scopes=[s for s in EVERY if s != "crm"])
        assert WITHDRAWN in portal.open_tab().text
        assert portal.row.state == Portal.State.BLOCKED

    def test_the_main_page_says_what_is_wrong_and_since_when(self, portal: PortalWithApp) -> None:
        page = open_home(portal)
        assert WITHDRAWN in page.text
        assert "Noticed:" in page.text
        assert "Update or reinstall the app in the Market and confirm" in page.text
        assert "Then press Repair." in page.text
        assert portal.row.state == Portal.State.BLOCKED

    def test_repair_too_early_says_so_again(self, portal: PortalWithApp) -> None:
        assert WITHDRAWN in press_repair(portal, open_home(portal)).text

    def test_repair_mends_it(self, portal: PortalWithApp) -> None:
        home = open_home(portal)
        portal.standin.change_portal(portal.name, scopes=EVERY)
        assert REPAIRED in press_repair(portal, home).text
        assert (portal.row.state, portal.row.trouble) == (Portal.State.ACTIVE, "")
        assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text

    @pytest.mark.parametrize("opens", ["home", "tab"])
    def test_opening_mends_it(self, portal: PortalWithApp, opens: str) -> None:
        portal.unbind(TOOLBAR)
        portal.standin.change_portal(portal.name, scopes=EVERY)
        page = open_home(portal) if opens == "home" else portal.open_tab(user="admin")
        assert page.status == 200
        assert (REPAIRED in page.text) is (opens == "home")
        assert TOOLBAR in portal.bound()
        assert portal.row.state == Portal.State.ACTIVE

    def test_a_repair_that_fails_costs_nobody_the_page(self, portal: PortalWithApp) -> None:
        portal.standin.change_portal(portal.name, scopes=EVERY)
        portal.standin.add_fault(portal.name, "scope", "refuse", code="INTERNAL_SERVER_ERROR")
        assert say.ADDED in portal.app.press_add(portal.open_tab(user="admin")).status_text


def test_permissions_added_later_bind_what_they_allow(portal: PortalWithApp) -> None:
    few = ["crm", "placement"]
    portal.standin.change_portal(portal.name, scopes=few)
    open_home(portal)
    assert portal.row.scopes == few
    portal.unbind(TOOLBAR)
    portal.standin.change_portal(portal.name, scopes=EVERY)
    assert REPAIRED in open_home(portal).text
    assert portal.row.scopes == sorted(EVERY)
    assert TOOLBAR in portal.bound()


def test_a_portal_that_paid_is_in_order_for_its_administrator(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, payment_expired=True)
    assert say.UNPAID in open_home(portal).text
    portal.standin.switch(portal.name, payment_expired=False)
    assert REPAIRED in open_home(portal).text
    assert "Everything is in order." in open_home(portal).text


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "less than a day"), (1, "1 day "), (40, "40 days "), (None, "not known")],
)
def test_the_age_of_the_access_is_told(portal: PortalWithApp, days: int | None, words: str) -> None:
    promote(portal)
    at = None if days is None else timezone.now() - timedelta(days=days, minutes=1)
    PortalUser.objects.filter(portal=portal.row, user_id=ADMIN).update(renewed_at=at)
    text = open_home(portal, user=str(OTHER)).text
    assert f"Age of this access {words}" in text


def test_every_stored_pair_has_its_time(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    launched = row_of(portal, SALES).renewed_at
    portal.standin.expire(portal.name)
    portal.app.press_add(tab)
    renewed = row_of(portal, SALES).renewed_at
    assert launched is not None
    assert renewed is not None
    assert timezone.now() - timedelta(minutes=5) < launched < renewed
