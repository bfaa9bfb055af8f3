"""Launches that are not what they say: refused in words, nothing stored, nobody else asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.app import App
from tests.support.fixtures import InstalledPortal, install
from tests.support.security.traces import assert_shut, launch_of, policy, post, row_counts

NOBODYS = "fake0token0of0nobody0" * 3


@pytest.fixture
def thief(app: App) -> InstalledPortal:
    """Another portal with the app; its administrator knows everything that a browser sees."""
    return install(app, app.standin.create_portal())


@pytest.fixture(autouse=True)
def _nothing_comes_of_it(
    app: App, portal: InstalledPortal, thief: InstalledPortal
) -> Iterator[None]:
    """The rows of before, at most one look at the victim, and no request to any other host."""
    app.standin.clear_strays()
    before = row_counts()
    payments = portal.standin.portal(portal.name)["payments"]
    yield
    assert row_counts() == before
    assert app.standin.strays() == []
    assert len(looks(portal)) <= 1
    assert portal.standin.portal(portal.name)["payments"] == payments


def looks(portal: InstalledPortal) -> list[dict[str, Any]]:
    """What the portal itself was asked."""
    return [call for call in portal.calls() if call["server"] == "portal"]


def evil(portal: InstalledPortal) -> str:
    return f"evil.localhost:{portal.standin.port}"


@pytest.mark.parametrize("placement", ["CRM_DEAL_DETAIL_TAB", "DEFAULT"])
def test_a_token_of_nobody(portal: InstalledPortal, placement: str) -> None:
    page = post(portal, launch_of(portal, placement=placement), AUTH_ID=NOBODYS)
    assert_shut(page)
    assert "Reload the page" in page.text
    assert [call["error"] for call in looks(portal)] == ["invalid_token"]


def test_another_portals_token_under_the_victims_name(
    portal: InstalledPortal, thief: InstalledPortal
) -> None:
    stolen = launch_of(thief)
    page = post(portal, stolen, member_id=portal.member_id)
    assert_shut(page)
    assert "could not be matched to your Bitrix24" in page.text
    assert portal.calls() == []


def test_another_portals_token_under_the_victims_name_and_address(
    portal: InstalledPortal, thief: InstalledPortal
) -> None:
    token = launch_of(thief)["fields"]["AUTH_ID"]
    page = post(portal, launch_of(portal), AUTH_ID=token)
    assert_shut(page)
    assert [call["error"] for call in looks(portal)] == ["invalid_token"]


def test_the_victims_token_under_another_name(
    portal: InstalledPortal, thief: InstalledPortal
) -> None:
    assert_shut(post(portal, launch_of(portal), member_id=thief.member_id))
    assert looks(portal) == []


def test_a_foreign_domain(portal: InstalledPortal) -> None:
    launch = launch_of(portal)
    for query, fields in (
        ({"DOMAIN": evil(portal)}, {}),
        ({"DOMAIN": ""}, {"DOMAIN": evil(portal)}),
    ):
        page = post(portal, launch, query=query, **fields)
        assert_shut(page)
        assert "could not be matched to your Bitrix24" in page.text
        assert policy(page)["frame-ancestors"] == ["'none'"]
    assert looks(portal) == []


def test_the_victims_domain_under_the_thiefs_name(
    portal: InstalledPortal, thief: InstalledPortal
) -> None:
    page = post(portal, launch_of(thief), query={"DOMAIN": str(portal.about["host"])})
    assert_shut(page)
    assert portal.calls() == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_foreign_oauth_server(portal: InstalledPortal, scheme: str) -> None:
    server = f"{scheme}://{evil(portal)}/rest/"
    page = post(portal, launch_of(portal), SERVER_ENDPOINT=server)
    assert_shut(page)
    assert page.status == 403
    assert "signs in at a server that this app does not know" in page.text
    assert portal.calls() == []
    assert policy(page)["frame-ancestors"] == [str(portal.about["origin"])]


def test_every_lie_together(portal: InstalledPortal) -> None:
    page = post(
        portal,
        launch_of(portal),
        query={"DOMAIN": evil(portal)},
        SERVER_ENDPOINT=f"http://{evil(portal)}/rest/",
        AUTH_ID=NOBODYS,
    )
    assert_shut(page)
    assert portal.calls() == []


def test_another_apps_token_in_the_same_portal(portal: InstalledPortal) -> None:
    other: dict[str, Any] = {"ID": 18, "CODE": "local.other.app", "INSTALLED": True}
    portal.standin.add_fault(portal.name, "app.info", "answer", result=other)
    page = post(portal, launch_of(portal))
    assert_shut(page)
    assert "could not be matched to your Bitrix24" in page.text


def test_an_expired_token(portal: InstalledPortal) -> None:
    launch = launch_of(portal)
    portal.standin.expire(portal.name)
    page = post(portal, launch)
    assert_shut(page)
    assert "Reload the page" in page.text
    assert [call["error"] for call in portal.calls()] == ["expired_token"]


@pytest.mark.parametrize("name", ["AUTH_ID", "member_id", "PLACEMENT_OPTIONS"])
def test_a_missing_field(portal: InstalledPortal, name: str) -> None:
    page = post(portal, launch_of(portal), **{name: None})
    assert_shut(page)
    assert (page.status, portal.calls()) == (400, [])


def test_an_empty_form(portal: InstalledPortal) -> None:
    for path in ("/", "/install/", "/placements/deal/", "/placements/invoice/"):
        page = portal.app.send(path, form={})
        assert_shut(page)
        assert page.status == 400
    assert portal.calls() == []


class TestOfPortalsThatNobodyKnows:
    """The same before the first true launch: the OAuth server alone is asked."""

    @pytest.fixture
    def stranger(self, app: App) -> InstalledPortal:
        about = app.standin.create_portal()
        return InstalledPortal(str(about["name"]), about, app)

    def open(self, stranger: InstalledPortal, **changes: Any) -> Any:
        page = post(stranger, launch_of(stranger), **changes)
        assert_shut(page)
        assert looks(stranger) == []
        return page

    def test_a_token_of_nobody(self, stranger: InstalledPortal) -> None:
        self.open(stranger, AUTH_ID=NOBODYS)
        self.open(stranger, AUTH_ID=NOBODYS, query={"DOMAIN": evil(stranger)})

    def test_a_foreign_domain(self, stranger: InstalledPortal) -> None:
        page = self.open(stranger, query={"DOMAIN": evil(stranger)})
        assert policy(page)["frame-ancestors"] == ["'none'"]

    def test_another_apps_token(self, stranger: InstalledPortal) -> None:
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
        assert_shut(page)
        assert "could not be matched to your Bitrix24" in page.text

    @pytest.mark.parametrize("field", ["member_id", "client_endpoint"])
    def test_an_owner_that_is_nobodys_portal(self, stranger: InstalledPortal, field: str) -> None:
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
        assert_shut(post(stranger, launch))
        assert looks(stranger) == []
