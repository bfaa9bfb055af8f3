"""Launches that are not what they say: refused in words, nothing stored, nobody else asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp, new_portal
from tests.support.security.traces import assert_shut, dump, launch_of, policy, post

NOBODYS = "fake0token0of0nobody0" * 3


@pytest.fixture
def thief(app: App) -> PortalWithApp:
    """Another portal with the app; its administrator knows everything that a browser sees."""
    return planted_portal(app)


@pytest.fixture(autouse=True)
def _nothing_comes_of_it(app: App, portal: PortalWithApp, thief: PortalWithApp) -> Iterator[None]:
    """All as before, at most one look at the victim, and no request to any other host."""
    app.standin.clear_strays()
    before = kept()
    payments = portal.standin.portal(portal.name)["payments"]
    yield
    assert kept() == before
    assert app.standin.strays() == []
    assert len(looks(portal)) <= 1
    assert portal.standin.portal(portal.name)["payments"] == payments


def kept() -> list[str]:
    """What the tables hold, apart from the moments of calls, which tell nothing of anybody."""
    return [line for line in dump().splitlines() if not line.startswith("b24app_portalpace ")]


def assert_refused(portal: PortalWithApp, page: Page) -> None:
    """Shut, and one line of the log says so of this request."""
    assert_shut(page)
    assert page.status in {400, 403}
    lines = [line for line in portal.app.log().splitlines() if page.headers["x-request-id"] in line]
    [told] = [json.loads(line) for line in lines if '"b24app.frame.decorators"' in line]
    assert told["levelname"] == "WARNING"
    assert told["message"].startswith(("launch refused: ", "launch failed: ", "launch malformed: "))


def looks(portal: PortalWithApp) -> list[dict[str, Any]]:
    """What the portal itself was asked."""
    return [call for call in portal.calls() if call["server"] == "portal"]


def evil(portal: PortalWithApp) -> str:
    return f"evil.localhost:{portal.standin.port}"


@pytest.mark.parametrize("placement", ["CRM_DEAL_DETAIL_TAB", "DEFAULT"])
def test_a_token_of_nobody(portal: PortalWithApp, placement: str) -> None:
    page = post(portal, launch_of(portal, placement=placement), AUTH_ID=NOBODYS)
    assert_refused(portal, page)
    assert "Reload the page" in page.text
    assert [call["error"] for call in looks(portal)] == ["invalid_token"]


def test_another_portals_token_under_the_victims_name(
    portal: PortalWithApp, thief: PortalWithApp
) -> None:
    stolen = launch_of(thief)
    page = post(portal, stolen, member_id=portal.member_id)
    assert_refused(portal, page)
    assert "could not be matched to your Bitrix24" in page.text
    assert portal.calls() == []


def test_another_portals_token_under_the_victims_name_and_address(
    portal: PortalWithApp, thief: PortalWithApp
) -> None:
    token = launch_of(thief)["fields"]["AUTH_ID"]
    page = post(portal, launch_of(portal), AUTH_ID=token)
    assert_refused(portal, page)
    assert [call["error"] for call in looks(portal)] == ["invalid_token"]


def test_the_victims_token_under_another_name(portal: PortalWithApp, thief: PortalWithApp) -> None:
    assert_refused(portal, post(portal, launch_of(portal), member_id=thief.member_id))
    assert looks(portal) == []


def test_a_foreign_domain(portal: PortalWithApp) -> None:
    launch = launch_of(portal)
    for query, fields in (
        ({"DOMAIN": evil(portal)}, {}),
        ({"DOMAIN": ""}, {"DOMAIN": evil(portal)}),
    ):
        page = post(portal, launch, query=query, **fields)
        assert_refused(portal, page)
        assert "could not be matched to your Bitrix24" in page.text
        assert policy(page)["frame-ancestors"] == ["'none'"]
    assert looks(portal) == []


def test_the_victims_domain_under_the_thiefs_name(
    portal: PortalWithApp, thief: PortalWithApp
) -> None:
    page = post(portal, launch_of(thief), query={"DOMAIN": str(portal.about["host"])})
    assert_refused(portal, page)
    assert portal.calls() == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_foreign_oauth_server(portal: PortalWithApp, scheme: str) -> None:
    server = f"{scheme}://{evil(portal)}/rest/"
    page = post(portal, launch_of(portal), SERVER_ENDPOINT=server)
    assert_refused(portal, page)
    assert page.status == 403
    assert "signs in at a server that this app does not know" in page.text
    assert portal.calls() == []
    assert policy(page)["frame-ancestors"] == [str(portal.about["origin"])]


def test_every_lie_together(portal: PortalWithApp) -> None:
    page = post(
        portal,
        launch_of(portal),
        query={"DOMAIN": evil(portal)},
        SERVER_ENDPOINT=f"http://{evil(portal)}/rest/",
        AUTH_ID=NOBODYS,
    )
    assert_refused(portal, page)
    assert portal.calls() == []


def test_another_apps_token_in_the_same_portal(portal: PortalWithApp) -> None:
    other: dict[str, Any] = {"ID": 18, "CODE": "local.other.app", "INSTALLED": True}
    portal.standin.add_fault(portal.name, "app.info", "answer", result=other)
    page = post(portal, launch_of(portal))
    assert_refused(portal, page)
    assert "could not be matched to your Bitrix24" in page.text


def test_an_expired_token(portal: PortalWithApp) -> None:
    launch = launch_of(portal)
    portal.standin.expire(portal.name)
    page = post(portal, launch)
    assert_refused(portal, page)
    assert "Reload the page" in page.text
    assert [call["error"] for call in portal.calls()] == ["expired_token"]


@pytest.mark.parametrize("name", ["AUTH_ID", "member_id", "PLACEMENT_OPTIONS"])
def test_a_missing_field(portal: PortalWithApp, name: str) -> None:
    page = post(portal, launch_of(portal), **{name: None})
    assert_refused(portal, page)
    assert (page.status, portal.calls()) == (400, [])


def test_no_application_token_makes_up_for_a_token_of_nobody(portal: PortalWithApp) -> None:
    """Older boxes send none."""
    page = post(portal, launch_of(portal), AUTH_ID=NOBODYS, APPLICATION_TOKEN=None)
    assert_refused(portal, page)


def test_an_empty_form(portal: PortalWithApp) -> None:
    for path in ("/", "/install/", "/placements/deal/", "/placements/invoice/"):
        page = portal.app.send(path, form={})
        assert_refused(portal, page)
        assert page.status == 400
    assert portal.calls() == []


class TestOfPortalsThatNobodyKnows:
    """The same before the first true launch: the OAuth server alone is asked."""

    @pytest.fixture
    def stranger(self, app: App) -> PortalWithApp:
        return new_portal(app)

    def open(self, stranger: PortalWithApp, **changes: Any) -> Any:
        page = post(stranger, launch_of(stranger), **changes)
        assert_refused(stranger, page)
        assert looks(stranger) == []
        return page

    def test_a_token_of_nobody(self, stranger: PortalWithApp) -> None:
        self.open(stranger, AUTH_ID=NOBODYS)
        self.open(stranger, AUTH_ID=NOBODYS, query={"DOMAIN": evil(stranger)})

    def test_a_foreign_domain(self, stranger: PortalWithApp) -> None:
        page = self.open(stranger, query={"DOMAIN": evil(stranger)})
        assert policy(page)["frame-ancestors"] == ["'none'"]

    def test_another_apps_token(self, stranger: PortalWithApp) -> None:
        launch = launch_of(stranger)
        owner = {
            "client_id": "local.other.app",
            "user_id": 7,
            "install": {
                "installed": True,
                "member_id": stranger.member_id,
                "client_endpoint": f"http://{stranger.about['host']}/rest/",
            },
        }
        stranger.standin.add_fault(
            stranger.name, "oauth.app.info", "answer", result={"result": owner}
        )
        page = post(stranger, launch)
        assert_refused(stranger, page)
        assert "could not be matched to your Bitrix24" in page.text

    @pytest.mark.parametrize("field", ["member_id", "client_endpoint"])
    def test_an_owner_that_is_nobodys_portal(self, stranger: PortalWithApp, field: str) -> None:
        launch = launch_of(stranger)
        install_facts = {
            "installed": True,
            "member_id": stranger.member_id,
            "client_endpoint": f"http://{stranger.about['host']}/rest/",
            field: "http://user@169.254.169.254/rest/",
        }
        owner = {"client_id": "local.standin.app", "user_id": 7, "install": install_facts}
        stranger.standin.add_fault(
            stranger.name, "oauth.app.info", "answer", result={"result": owner}
        )
        assert_refused(stranger, post(stranger, launch))
        assert looks(stranger) == []
