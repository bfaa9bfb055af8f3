"""What ends a portal's access or a person's: what each reads, what is noted, who is not touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from b24app.models import Portal, PortalUser
from tests.support.events.posted import await_state, tokens_kept
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, told
from tests.support.people.scenes import ADMIN, ASK, OTHER, SALES, open_home, row_of
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import refreshes
from tests.support.security.traces import launch_of, post
from tests.support.waiting import await_condition

EVERY = ["crm", "placement", "user_brief", "pay_system", "salescenter"]
TROUBLES = [
    pytest.param(
        {"switches": {"plan_rest": False}},
        {"switches": {"plan_rest": True}},
        (
            "rest_not_in_plan",
            say.NO_APPS_IN_PLAN,
            "Check whether the plan or a Market subscription",
        ),
        id="plan ended",
    ),
    pytest.param(
        {"switches": {"payment_expired": True}},
        {"switches": {"payment_expired": False}},
        ("app_unpaid", say.UNPAID, "Renew the app or the subscription in the Market."),
        id="app unpaid",
    ),
    pytest.param(
        {"switches": {"site_closed": 403}},
        {"switches": {"site_closed": None}},
        ("portal_closed", say.CLOSED, "Check the plan of your Bitrix24"),
        id="portal closed",
    ),
    pytest.param(
        {"scopes": ["placement"]},
        {"scopes": EVERY},
        ("scope_missing", "The app has not been given", "Update or reinstall the app"),
        id="permission withdrawn",
    ),
]


@pytest.mark.parametrize(("begins", "ends", "expected"), TROUBLES)
class TestTroubleOfThePortal:
    """Everybody reads it, the portal's row says it, and its end needs nobody's help."""

    def test_each_reads_what_to_do(
        self,
        portal: PortalWithApp,
        begins: dict[str, Any],
        ends: dict[str, Any],
        expected: tuple[str, str, str],
    ) -> None:
        trouble, sentence, step = expected
        portal.open_tab(user="sales")
        portal.standin.change_portal(portal.name, **begins)
        for user in ("sales", "admin"):
            text = portal.open_tab(user=user).text
            assert sentence in text
            assert (f"{ASK} {step}" in text) is (user == "sales"), text
            assert step in text
        row = portal.row
        assert (row.state, row.trouble) == (Portal.State.BLOCKED, trouble)
        assert row.trouble_at is not None
        since = row.trouble_at
        portal.open_tab(user="sales")
        assert portal.row.trouble_at == since
        portal.standin.change_portal(portal.name, **ends)
        tab = portal.open_tab(user="sales")
        assert say.ADDED in portal.app.press_add(tab).status_text
        row = portal.row
        assert (row.state, row.trouble, row.trouble_at) == (Portal.State.ACTIVE, "", None)

    def test_a_click_notes_it_too(
        self,
        portal: PortalWithApp,
        begins: dict[str, Any],
        ends: dict[str, Any],
        expected: tuple[str, str, str],
    ) -> None:
        tabs = [portal.open_tab(), portal.open_tab()]
        portal.standin.change_portal(portal.name, **begins)
        page = portal.app.press_add(tabs[0])
        assert ASK in page.alert_text, told(page)
        assert portal.row.trouble == expected[0]
        portal.standin.change_portal(portal.name, **ends)
        assert say.ADDED in portal.app.press_add(tabs[1]).status_text
        assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_an_app_for_certain_people_is_no_trouble_of_the_others(portal: PortalWithApp) -> None:
    portal.open_tab(user="sales")
    portal.standin.change_portal(portal.name, allowed_user_ids=[ADMIN])
    text = portal.open_tab(user="sales").text
    assert say.NOT_OPENED in text
    assert f"{ASK} Find the app in the Market" in text
    assert say.ADDED in portal.app.press_add(portal.open_tab(user="admin")).status_text
    row = portal.row
    assert (row.state, row.installer_id) == (Portal.State.ACTIVE, ADMIN)


def test_an_administrator_without_access_reads_the_step(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, allowed_user_ids=[SALES])
    text = portal.open_tab(user="admin").text
    assert "Find the app in the Market" in text
    assert ASK not in text
    row = portal.row
    assert (row.state, row.installer_id) == (Portal.State.ACTIVE, None)


def test_a_dismissed_salesperson_takes_nobody_along(portal: PortalWithApp) -> None:
    tab = portal.open_tab(user="sales")
    portal.standin.change_portal(portal.name, users={SALES: {"is_active": False}})
    assert say.INACTIVE in portal.app.press_add(tab).alert_text
    assert say.ADDED in portal.app.press_add(portal.open_tab(user="admin")).status_text
    assert portal.row.state == Portal.State.ACTIVE


def test_a_plan_that_lacks_one_function_closes_nothing(portal: PortalWithApp) -> None:
    for switches in ({}, REFUSED_IN_BATCH):
        portal.standin.switch(portal.name, **switches)
        tab = portal.open_tab()
        portal.standin.add_fault(portal.name, ADD, "refuse", code="WRONG_LICENSE", status=403)
        assert say.PLAN_LIMIT in portal.app.press_add(tab).alert_text
        assert portal.row.state == Portal.State.ACTIVE


@pytest.mark.parametrize(
    "code", ["PAYMENT_REQUIRED", "APPLICATION_NOT_FOUND", "PORTAL_DELETED", "OVERLOAD_LIMIT"]
)
def test_a_strangers_token_earns_the_portal_nothing(portal: PortalWithApp, code: str) -> None:
    """Another app's token may be refused for that app's reasons."""
    launch = launch_of(portal)
    portal.standin.revoke(portal.name)
    portal.standin.add_fault(portal.name, "batch", "refuse", code=code, status=401)
    page = post(portal, launch)
    assert page.status == 403
    assert portal.row.state == Portal.State.ACTIVE


class TestARemovalWithoutAnEvent:
    """Found out by the portal's own word; the end is that of an uninstall."""

    def test_a_click_finds_it(self, portal: PortalWithApp) -> None:
        tabs = [portal.open_tab(), portal.open_tab("empty")]
        secret = portal.row.application_token
        portal.standin.change_portal(portal.name, app_present=False, tell=False)
        text = portal.app.press_add(tabs[0]).alert_text
        assert say.NOT_INSTALLED in text
        assert f"{ASK} Install the app again from the Market." in text
        row = await_state(portal, Portal.State.UNINSTALLED)
        assert row.trouble == "app_not_installed"
        assert row.uninstalled_at is not None
        assert secret
        assert row.application_token == ""
        users = PortalUser.objects.filter(portal=row)
        assert set(users.values_list("access_token", "refresh_token")) == {("", "")}
        assert portal.app.press_add(tabs[1]).status == 401
        assert portal.row.epoch == row.epoch

    def test_it_can_be_installed_again(self, portal: PortalWithApp) -> None:
        tab = portal.open_tab()
        portal.standin.change_portal(portal.name, app_present=False, tell=False)
        portal.app.press_add(tab)
        await_state(portal, Portal.State.UNINSTALLED)
        portal.standin.change_portal(portal.name, app_present=True)
        assert "Everything is ready" in open_home(portal).text
        portal.standin.change_portal(portal.name, installed=True)
        row = portal.row
        assert (row.state, row.trouble, row.installer_id) == (Portal.State.ACTIVE, "", ADMIN)
        assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text

    def test_a_word_said_in_error_costs_nobody_a_token(self, portal: PortalWithApp) -> None:
        """The OAuth server is asked behind the answer, and knows the app there."""
        tab = portal.open_tab()
        before = (portal.row.epoch, sorted(tokens_kept(portal)))
        portal.standin.clear_calls(portal.name)
        portal.standin.add_fault(portal.name, "batch", "refuse", code="ERROR_OAUTH", status=401)
        assert say.NOT_INSTALLED in portal.app.press_add(tab).alert_text
        await_condition(lambda: portal.calls("oauth.app.info"))
        assert (portal.row.state, portal.row.trouble) == ("blocked", "app_not_installed")
        assert (portal.row.epoch, sorted(tokens_kept(portal))) == before
        assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text
        row = portal.row
        assert (row.state, row.installer_id) == (Portal.State.ACTIVE, ADMIN)
        portal.standin.change_portal(portal.name, app_present=False)
        await_condition(lambda: portal.row.state == Portal.State.UNINSTALLED)


class TestTheOAuthServer:
    """What it says at a renewal, and how often it is asked."""

    def click(self, portal: PortalWithApp, code: str, status: int, *, times: int) -> list[str]:
        """What people read whose token is too old, while the OAuth server refuses."""
        tabs = [portal.open_tab() for _ in range(times)]
        portal.standin.expire(portal.name)
        portal.standin.add_fault(
            portal.name, "oauth.token", "refuse", code=code, status=status, times=None
        )
        return [portal.app.press_add(tab).alert_text for tab in tabs]

    @pytest.mark.parametrize(("code", "status"), [("invalid_client", 400), ("wrong_client", 200)])
    def test_a_refused_client_may_be_our_own_secret(
        self, portal: PortalWithApp, code: str, status: int
    ) -> None:
        first, *others = self.click(portal, code, status, times=4)
        assert say.SIGN_IN_REFUSED in first
        assert "Reload the page" in first
        assert all(say.SESSION_ENDED in text for text in others)
        assert refreshes(portal) == 1
        row = portal.row
        assert (row.state, row.trouble) == (Portal.State.ACTIVE, "")
        assert row_of(portal, SALES).refresh_token
        assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text

    def test_it_is_asked_again_after_ten_minutes(self, portal: PortalWithApp) -> None:
        self.click(portal, "invalid_client", 400, times=2)
        retry_after = row_of(portal, SALES).retry_after
        assert retry_after is not None
        assert timedelta(minutes=9) < retry_after - timezone.now() <= timedelta(minutes=10)
        tab = portal.open_tab("empty")
        portal.standin.clear_faults(portal.name)
        portal.standin.expire(portal.name)
        assert say.ADDED in portal.app.press_add(tab).status_text
        assert refreshes(portal) == 2

    def test_unpaid_is_the_portals_trouble_and_asked_once(self, portal: PortalWithApp) -> None:
        first, *_ = self.click(portal, "PAYMENT_REQUIRED", 401, times=4)
        assert say.UNPAID in first
        assert refreshes(portal) == 1
        assert portal.row.trouble == "app_unpaid"
        portal.open_tab()
        assert portal.row.state == Portal.State.ACTIVE

    def test_not_installed_is_a_removal(self, portal: PortalWithApp) -> None:
        first, *_ = self.click(portal, "NOT_INSTALLED", 401, times=3)
        assert say.NOT_INSTALLED in first
        await_state(portal, Portal.State.UNINSTALLED)
        # The person's pair once, and the installer's for the question whether it is true.
        assert refreshes(portal) == 2

    def test_a_dead_refresh_token_is_tried_once(self, portal: PortalWithApp) -> None:
        tabs = [portal.open_tab() for _ in range(5)]
        portal.standin.expire(portal.name, user_id=SALES)
        portal.standin.revoke(portal.name, user_id=SALES, refresh=True)
        texts = [portal.app.press_add(tab).alert_text for tab in tabs]
        assert all(say.SESSION_ENDED in text for text in texts)
        assert refreshes(portal) == 1
        row = portal.row
        assert (row.state, row.installer_id) == (Portal.State.ACTIVE, ADMIN)
        assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text


def test_a_launch_without_a_refresh_token_keeps_the_one_there_is(portal: PortalWithApp) -> None:
    before = row_of(portal, ADMIN)
    page = post(portal, launch_of(portal, "admin"), REFRESH_ID=None)
    assert page.status == 200
    after = row_of(portal, ADMIN)
    assert after.refresh_token == before.refresh_token != ""
    assert after.access_token != before.access_token


def test_somebody_who_never_came_before_is_spoken_to_as_a_salesperson(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, payment_expired=True)
    assert ASK in portal.open_tab(user=str(OTHER)).text
    assert not PortalUser.objects.filter(portal=portal.row, user_id=OTHER).exists()
