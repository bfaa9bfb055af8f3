"""A pair belongs to one person: what a renewal brings is compared before it is stored or used."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from b24app.models import PortalUser
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import told
from tests.support.people.scenes import ADMIN, SALES, row_of
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.security.scenarios import refreshes
from tests.support.security.traces import launch_of
from tests.support.servers.another_app import another_app

UNGUARDED = "--config python:tests.unguarded.tokens.pairs"
OPEN_AGAIN = "open the app again"
BOTH_ANSWERS = pytest.mark.parametrize("names_owners", [True, False], ids=["named", "unnamed"])


def click_with_anothers_refresh_token(app: App, portal: PortalWithApp, refresh: str) -> Page:
    """A salesperson's click after the hour of the access token that they launched with."""
    launch = launch_of(portal)
    parts = urlsplit(launch["url"])
    form = {**launch["fields"], "REFRESH_ID": refresh}
    tab = app.send(f"{parts.path}?{parts.query}", form=list(form.items()))
    assert tab.status == 200, tab.text
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.clear_calls(portal.name)
    return app.press_add(tab)


def refresh_token_of(portal: PortalWithApp, user: str) -> str:
    return str(launch_of(portal, user)["fields"]["REFRESH_ID"])


def pair_of(portal: PortalWithApp, user_id: int) -> tuple[str, str]:
    row: PortalUser = row_of(portal, user_id)
    return row.access_token, row.refresh_token


def asked_as(portal: PortalWithApp, user_id: int) -> list[str]:
    """What the portal was asked with this person's rights."""
    calls = [call for call in portal.calls() if call["server"] == "portal"]
    return [call["method"] for call in calls if call["user_id"] == user_id]


def makers(portal: PortalWithApp) -> list[int]:
    return [each["created_by"] for each in portal.payments_of(portal.deal("fresh"))]


@BOTH_ANSWERS
def test_an_administrators_refresh_token_gives_a_salesperson_nothing(
    portal: PortalWithApp, names_owners: bool
) -> None:
    portal.standin.switch(portal.name, names_owners=names_owners)
    refresh = refresh_token_of(portal, "admin")
    page = click_with_anothers_refresh_token(portal.app, portal, refresh)
    assert OPEN_AGAIN in page.alert_text, told(page)
    assert makers(portal) == []
    assert asked_as(portal, ADMIN) == ([] if names_owners else ["profile"])
    assert pair_of(portal, SALES) == ("", "")
    log = portal.app.log()
    assert "somebody else's pair" in log
    assert not [secret for secret in portal.standin.secrets() if secret in log]
    assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text
    assert makers(portal) == [SALES]


def test_without_the_comparison_they_pay_as_the_administrator(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    refresh = refresh_token_of(portal, "admin")
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED) as app:
        click_with_anothers_refresh_token(app, portal, refresh)
    assert makers(portal) == [ADMIN]
    assert pair_of(portal, SALES) != ("", "")


@BOTH_ANSWERS
def test_nor_does_a_refresh_token_of_another_portal(
    portal: PortalWithApp, names_owners: bool
) -> None:
    neighbour = installed_portal(portal.app)
    neighbour.standin.switch(neighbour.name, names_owners=names_owners)
    # The same person by number, in another portal.
    refresh = refresh_token_of(neighbour, "sales")
    page = click_with_anothers_refresh_token(portal.app, portal, refresh)
    assert OPEN_AGAIN in page.alert_text, told(page)
    assert pair_of(portal, SALES) == ("", "")
    assert asked_as(portal, SALES) == ["batch"]
    assert asked_as(neighbour, SALES) == []


@BOTH_ANSWERS
def test_ones_own_pair_is_renewed_at_the_cost_of_one_question_where_nobody_names_it(
    portal: PortalWithApp, names_owners: bool
) -> None:
    portal.standin.switch(portal.name, names_owners=names_owners)
    page = click_with_anothers_refresh_token(portal.app, portal, refresh_token_of(portal, "sales"))
    assert say.ADDED in page.status_text, told(page)
    servers = [call["server"] for call in portal.calls()]
    questions = [] if names_owners else ["portal"]
    assert servers == ["portal", "oauth", *questions, "portal"]


@pytest.mark.parametrize("how", ["drop_before", "refuse"])
def test_a_question_without_an_answer_costs_no_living_pair(portal: PortalWithApp, how: str) -> None:
    portal.standin.switch(portal.name, names_owners=False)
    tab, next_tab = portal.open_tab(), portal.open_tab()
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.add_fault(portal.name, "profile", how, code="ACCESS_DENIED")
    page = portal.app.press_add(tab)
    assert say.ADDED not in told(page)
    assert refreshes(portal) == 1
    assert "profile" in [call["method"] for call in portal.calls()]
    PortalUser.objects.filter(portal=portal.row).update(retry_after=None, lease_until=None)
    page = portal.app.press_add(next_tab)
    assert say.ADDED in page.status_text, told(page)
    assert refreshes(portal) == 2
    assert makers(portal) == [SALES]
