"""Portals of one's own and their certificates: refused in words, or all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ssl import SSLContext

import pytest

from tests.support.app import App, free_port, start_app
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import open_tab_at
from tests.support.servers.certificates import Authority
from tests.support.servers.fronts import tls_front
from tests.support.servers.sockets import http_answer, serve

pytestmark = pytest.mark.front

REFUSED = "The certificate of your Bitrix24 is not trusted, so nothing was sent to it."
STEP = "Install a certificate from a public authority on your Bitrix24"
Certificate = Callable[[str], SSLContext]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("nobody"))


@pytest.fixture(scope="module")
def trusting_app(
    running_app: App, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """An app on whose machine this authority is a public one."""
    with start_app(
        database_url=running_app.environment["DATABASE_URL"],
        standin=running_app.standin,
        port=free_port(),
        log_path=tmp_path_factory.mktemp("trusting") / "app.log",
        workers=1,
        environment={"SSL_CERT_FILE": str(authority.bundle)},
    ) as app:
        yield app


@pytest.fixture(params=["unknown authority", "another's name"])
def bad(request: pytest.FixtureRequest, authority: Authority, nobody: Authority) -> Certificate:
    if request.param == "unknown authority":
        return nobody.context_for
    return lambda host: authority.context_for("other.localhost")


def open_behind(app: App, portal: PortalWithApp, port: int, *, user: str = "sales") -> Page:
    """The tab of a portal that is now reached by TLS at `port`."""
    address = {"scheme": "https", "port": port}
    portal.standin.change_portal(portal.name, address=address)
    return open_tab_at(app, portal, user=user)


def test_a_certificate_of_a_public_authority_is_all_it_takes(
    portal: PortalWithApp, trusting_app: App, authority: Authority
) -> None:
    context = authority.context_for(f"{portal.name}.localhost")
    with tls_front(portal.standin.port, context) as port:
        tab = open_behind(trusting_app, portal, port)
        assert say.ADDED in trusting_app.press_add(tab).status_text
    assert portal.row.client_endpoint == f"https://{portal.name}.localhost:{port}/rest/"


@pytest.mark.parametrize("user", ["sales", "admin"])
def test_any_other_is_refused_and_the_administrator_told_what_to_do(
    portal: PortalWithApp, trusting_app: App, bad: Certificate, user: str
) -> None:
    portal.open_tab(user=user)
    portal.standin.clear_calls(portal.name)
    with tls_front(portal.standin.port, bad(f"{portal.name}.localhost")) as port:
        page = open_behind(trusting_app, portal, port, user=user)
    assert page.status == 503
    assert REFUSED in page.text
    assert STEP in page.text
    assert ("Ask your administrator:" in page.text) is (user == "sales")
    assert [call for call in portal.calls() if call["server"] == "portal"] == []


def test_a_click_is_not_sent_either(
    portal: PortalWithApp, trusting_app: App, nobody: Authority
) -> None:
    tab = open_tab_at(trusting_app, portal)
    context = nobody.context_for(f"{portal.name}.localhost")
    with tls_front(portal.standin.port, context) as port:
        endpoint = f"https://{portal.name}.localhost:{port}/rest/"
        portal.standin.switch(portal.name, client_endpoint=endpoint)
        portal.standin.expire(portal.name)
        page = trusting_app.press_add(tab)
    assert REFUSED in page.alert_text, told(page)
    assert portal.payments_of(portal.deal("fresh")) == []


def test_a_redirect_to_plain_http_gets_no_token(
    portal: PortalWithApp, trusting_app: App, authority: Authority
) -> None:
    context = authority.context_for(f"{portal.name}.localhost")
    with tls_front(portal.standin.port, context) as port, serve(http_answer("{}")) as plain:
        tab = open_behind(trusting_app, portal, port)
        bare = f"{portal.name}.localhost:{plain.port}"
        for _ in range(2):
            portal.standin.add_fault(portal.name, "batch", "redirect", host=bare)
        page = trusting_app.press_add(tab)
        assert say.MOVED in page.alert_text, told(page)
        open_tab_at(trusting_app, portal)
    assert plain.requests == []
    assert portal.row.client_endpoint == f"https://{portal.name}.localhost:{port}/rest/"
    assert portal.payments_of(portal.deal("fresh")) == []
