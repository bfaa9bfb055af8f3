"""A portal that changes its address: no token leaves for a host that only a redirect named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from b24app.models import PortalUser
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.people.clicks import told
from tests.support.people.outsiders import Outsider
from tests.support.portal import PortalWithApp, new_portal
from tests.support.security.scenarios import refreshes
from tests.support.security.traces import launch_of, policy, post
from tests.support.servers.forwarder import Forwarder, forwarder_to

FOLDER = "/crm/rest/"


def rename(portal: PortalWithApp) -> PortalWithApp:
    """The portal under its new name; the old address answers 302."""
    name = f"{portal.name}moved"
    about = portal.standin.change_portal(portal.name, rename=name)
    return replace(portal, about=about)


def strays_at(portal: PortalWithApp, host: str) -> list[str]:
    return [stray["path"] for stray in portal.standin.strays() if stray["host"] == host]


@pytest.fixture
def other_port(app: App) -> Iterator[Forwarder]:
    """One more port at which the stand-in is reached."""
    with forwarder_to("127.0.0.1", app.standin.port) as forwarder:
        yield forwarder


def test_a_redirect_to_a_foreign_host_gets_no_token_and_no_second_renewal(
    portal: PortalWithApp,
) -> None:
    tabs, before = [portal.open_tab() for _ in range(4)], portal.row.client_endpoint
    foreign = f"{portal.name}-foreign.localhost:{portal.standin.port}"
    portal.standin.add_fault(portal.name, "batch", "redirect", host=foreign, times=None)
    told_to_people = [portal.app.press_add(tab).alert_text for tab in tabs[:3]]
    assert say.MOVED in told_to_people[0]
    assert all(say.SESSION_ENDED in text for text in told_to_people[1:])
    assert strays_at(portal, foreign) == []
    assert refreshes(portal) == 1
    assert portal.row.client_endpoint == before
    portal.standin.clear_faults(portal.name)
    assert say.ADDED in portal.app.press_add(tabs[3]).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_redirect_that_the_oauth_server_confirms_is_followed_once_and_kept(
    portal: PortalWithApp,
) -> None:
    # An order that is not theirs would make the batch a 403.
    portal.standin.switch(portal.name, batch_leaks_403=False)
    tab = portal.open_tab()
    moved = rename(portal)
    assert say.ADDED in portal.app.press_add(tab).status_text
    assert len(moved.payments_of(moved.deal("fresh"))) == 1
    servers = [(call["server"], call["status"]) for call in moved.calls()[-3:]]
    assert servers == [("portal", 302), ("oauth", 200), ("portal", 200)]
    assert portal.row.client_endpoint == f"{moved.about['origin']}/rest/"
    moved.open_tab("empty")
    portal.standin.clear_calls(moved.name)
    assert say.ADDED in portal.app.press_add(moved.open_tab("empty")).status_text
    assert {call["server"] for call in moved.calls()} == {"portal"}


def test_a_renewal_tells_the_new_address(portal: PortalWithApp, other_port: Forwarder) -> None:
    tab, next_tab = portal.open_tab(), portal.open_tab("empty")
    endpoint = f"http://{portal.name}.localhost:{other_port.port}/rest/"
    portal.standin.switch(portal.name, client_endpoint=endpoint)
    portal.standin.expire(portal.name)
    assert say.ADDED in portal.app.press_add(tab).status_text
    assert portal.row.client_endpoint == endpoint
    other_port.cut()
    again = portal.app.press_add(next_tab)
    assert say.UNREACHED in again.alert_text, told(again)


def test_a_launch_from_the_new_address_brings_it(portal: PortalWithApp) -> None:
    moved = rename(portal)
    assert portal.app.press_add(moved.open_tab()).status_text.startswith("Payment ")
    assert portal.row.client_endpoint == f"{moved.about['origin']}/rest/"


@pytest.mark.parametrize("user", ["sales", "admin"])
def test_a_page_from_before_the_renaming_says_where_to_go(portal: PortalWithApp, user: str) -> None:
    launch = launch_of(portal, user)
    moved = rename(portal)
    page = post(portal, launch)
    assert say.MOVED in page.text
    assert page.status == 503
    assert portal.row.client_endpoint == f"{moved.about['origin']}/rest/"
    assert portal.app.press_add(moved.open_tab()).status_text.startswith("Payment ")


@pytest.mark.parametrize(
    "address",
    ["https://169.254.169.254/rest/", "http://[::1]:9100/rest/", "file:///etc/", "https://a@b.c/"],
)
def test_an_address_that_is_none_is_not_kept_and_costs_no_tokens(
    portal: PortalWithApp, address: str
) -> None:
    tab, next_tab = portal.open_tab(), portal.open_tab()
    before = portal.row.client_endpoint
    portal.standin.switch(portal.name, client_endpoint=address)
    portal.standin.add_fault(portal.name, "batch", "redirect", host="10.0.0.1")
    page = portal.app.press_add(tab)
    assert say.MOVED in page.alert_text, told(page)
    assert portal.row.client_endpoint == before
    PortalUser.objects.filter(portal=portal.row).update(retry_after=None)
    portal.standin.expire(portal.name)
    assert say.ADDED in portal.app.press_add(next_tab).status_text
    assert refreshes(portal) == 2


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://10.0.0.5/rest/", "10.0.0.5"),
        ("ftp://x.example/rest/", "x.example"),
        ("https://intranet/rest/", "intranet"),
    ],
)
@pytest.mark.parametrize("user", ["admin", "sales"])
def test_a_portal_whose_address_cannot_be_used_is_told_so(
    app: App, address: str, host: str, user: str
) -> None:
    portal = new_portal(app, switches={"client_endpoint": address})
    page = portal.open_installer(user=user)
    assert page.status == 403
    assert "Bitrix24 has an address for your portal that this app cannot use." in page.text
    assert "Give your Bitrix24 a public https address, then open the app again." in page.text
    assert f"{host} · " in page.text
    assert "another portal or another app" not in page.text
    calls = app.standin.calls(portal.name)
    assert [call["server"] for call in calls] == ["oauth"]
    assert policy(page)["frame-ancestors"] == ["https:", "http:"]


def test_nor_does_signing_in_outside_the_frame_blame_another_portal(app: App) -> None:
    unusable = {"client_endpoint": "https://10.0.0.5/rest/"}
    page = Outsider(app).sign_in(new_portal(app, installed=True, switches=unusable))
    assert page.status == 403
    assert "that this app cannot use" in page.text
    assert "another portal" not in page.text


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "new"])
def test_a_portal_at_an_unknown_sign_in_server_reads_why_in_its_frame(
    app: App, portal: PortalWithApp, is_known: bool
) -> None:
    opened = portal if is_known else new_portal(app)
    launch = app.standin.launch(opened.name, handler=f"{app.origin}/install/")
    fields = {**launch["fields"], "SERVER_ENDPOINT": "https://oauth.bitrix24.info/rest/"}
    page = app.post_launch(launch["url"], fields)
    assert page.status == 403
    assert "signs in at a server that this app does not know" in page.text
    assert "oauth.bitrix24.info · " in page.text
    ancestors = [str(opened.about["origin"])] if is_known else ["https:", "http:"]
    assert policy(page)["frame-ancestors"] == ancestors
    assert opened.calls() == []


def test_a_portal_in_a_folder_behind_a_port_of_its_own(app: App, other_port: Forwarder) -> None:
    portal = new_portal(app)
    address = {"port": other_port.port, "rest_path": FOLDER}
    about = app.standin.change_portal(portal.name, address=address)
    portal = replace(portal, about=about)
    assert "Everything is ready" in portal.open_installer().text
    portal.finish()
    tab = portal.open_tab()
    assert say.ADDED in app.press_add(tab).status_text
    host = f"{portal.name}.localhost:{other_port.port}"
    assert portal.row.client_endpoint == f"http://{host}{FOLDER}"


def test_a_folder_that_changes_is_found_by_the_next_launch(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, address={"rest_path": FOLDER})
    tab = portal.open_tab()
    assert say.ADDED in portal.app.press_add(tab).status_text
    assert portal.row.client_endpoint.endswith(FOLDER)
    portal.standin.clear_calls(portal.name)
    portal.open_tab()
    assert [call["server"] for call in portal.calls()] == ["portal"]
