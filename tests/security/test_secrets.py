"""The secrets of a whole life with the app: none in a log, a page, a header or a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from b24app.models import Portal
from tests.standin.process import start_standin
from tests.support.app import free_port, start_app
from tests.support.pages.page import Page
from tests.support.people.outsiders import Outsider, sessions
from tests.support.portal import PortalWithApp, new_portal
from tests.support.security.failing import TOKEN, Broken
from tests.support.security.traces import dump
from tests.support.waiting import await_condition
from tools.fake_environment import FAKE_ENVIRONMENT

MORE = {"METRICS_TOKEN": "fake metrics token", "SECRET_KEY_FALLBACKS": "fake old secret key"}
CONFIGURED = [
    FAKE_ENVIRONMENT["SECRET_KEY"],
    FAKE_ENVIRONMENT["TOKEN_KEYS"].partition(":")[2],
    *MORE.values(),
]


@dataclass
class Life:
    """One portal from the installation to the removal, and all that the app showed and stored."""

    portal: PortalWithApp
    pages: list[Page] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)

    def keep(self, page: Page) -> Page:
        """A page as it came, with the state of the database after it."""
        self.pages.append(page)
        self.tables += [dump(), str(sessions())]
        return page

    def open(self, *, user: str = "sales", **launch: Any) -> Page:
        return self.keep(self.portal.app.open_frame(self.portal.name, user=user, **launch))

    def open_tab(self) -> Page:
        return self.keep(self.portal.open_tab())

    def add(self, tab: Page) -> Page:
        return self.keep(self.portal.app.press_add(tab))

    def settle(self, tab: Page) -> Page:
        """Ask as the page does until the click is cleared up."""
        key = self.pages[-1].polled_key
        assert key
        ask = self.portal.app.ask_attempt
        done = await_condition(lambda: (page := self.keep(ask(tab, key))).polled_key == "" and page)
        assert isinstance(done, Page)
        return done

    def shown(self) -> str:
        """Every page with its headers."""
        return "\n".join(f"{page.headers} {page.body}" for page in self.pages)


@pytest.fixture
def life(database_url: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Life]:
    port = free_port()
    with (
        start_standin(f"http://app.localhost:{port}") as standin,
        start_app(
            database_url=database_url,
            standin=standin,
            port=port,
            log_path=tmp_path / "app.log",
            workers=1,
            environment={
                **MORE,
                "GUNICORN_CMD_ARGS": "--access-logfile - --log-level debug",
                "DJANGO_SETTINGS_MODULE": "tests.support.security.talkative_settings",
            },
        ) as app,
        django_db_blocker.unblock(),
    ):
        yield Life(new_portal(app))


def live(life: Life) -> None:
    """Everything that happens to a portal, good and bad, each step seen to have happened."""
    portal, app = life.portal, life.portal.app
    standin, name = portal.standin, portal.name
    assert life.open(user="admin", placement="DEFAULT").status == 200
    standin.change_portal(name, installed=True)
    standin.deliver_event(name, "ONAPPINSTALL", {}, user="admin")
    life.open(user="admin", placement="DEFAULT")

    tab = life.open_tab()
    assert "added" in life.add(tab).status_text
    standin.expire(name)
    assert "added" in life.add(life.open_tab()).status_text
    tab = life.open_tab()
    standin.expire(name)
    assert "added" in life.add(tab).status_text
    renewals = [call for call in standin.oauth_calls() if call["method"] == "oauth.token"]
    assert [call["status"] for call in renewals] == [200]

    tab = life.open_tab()
    standin.add_fault(name, "crm.item.payment.add", "refuse", code="ACCESS_DENIED")
    assert life.add(tab).alert_text
    tab = life.open_tab()
    standin.add_fault(name, "batch", "drop_after")
    life.add(tab)
    assert "added" in life.settle(tab).status_text
    tab = life.open_tab()
    standin.expire(name)
    standin.revoke(name, refresh=True)
    assert life.add(tab).alert_text

    outsider = Outsider(app)
    assert life.keep(outsider.sign_in(portal)).status == 200
    spent = outsider.reach(portal)
    standin.expire_codes(name)
    assert life.keep(outsider.arrive(spent, path="/")).status == 403

    made = standin.launch(name, user="sales", placement="DEFAULT")["fields"]
    forged = [(key, str(value)) for key, value in {**made, "member_id": "0" * 32}.items()]
    assert life.keep(app.send("/install/?DOMAIN=" + portal.host, form=forged)).status > 399
    go_wrong(life, made["AUTH_ID"])

    headers = {"Authorization": f"Bearer {MORE['METRICS_TOKEN']}"}
    assert "b24_rest_calls_total" in life.keep(app.send("/metrics", headers=headers)).body
    life.keep(app.send("/metrics", headers={"Authorization": f"{headers['Authorization']}x"}))

    standin.change_portal(name, app_present=False)
    removed = Portal.objects.filter(state=Portal.State.UNINSTALLED)
    await_condition(removed.exists)
    life.keep(app.press_add(tab))
    assert life.pages[-1].status == 401


def go_wrong(life: Life, token: str) -> None:
    """Answers of the portal that are none, each with a token; and a failure of the app itself."""
    portal = life.portal
    faults: list[dict[str, Any]] = [
        {"do": "html", "status": 200, "body": token},
        {"do": "html", "status": 502, "body": token},
        {"do": "redirect", "host": f"evil.localhost/{token}?auth={token}&"},
        {"do": "half_body"},
        {"do": "broken_json"},
        {"do": "refuse", "code": "OPERATION_TIME_LIMIT", "status": 429, "text": token},
    ]
    for fault in faults:
        portal.standin.add_fault(portal.name, "batch", **fault)
        # After a redirect the OAuth server names the address that is known already.
        assert life.open_tab().status >= 400 or fault["do"] == "redirect", fault
        portal.standin.clear_faults(portal.name)
        portal.standin.clear_strays()
    query = f"?DOMAIN={portal.host}&AUTH_ID={token}"
    headers = {"X-Break-Before": token, "Referer": f"http://{portal.host}/?auth={token}"}
    broken = life.keep(portal.app.send(f"/install/{query}", form={"a": token}, headers=headers))
    assert broken.status == 500


def test_no_secret_is_seen_anywhere_in_a_whole_life(life: Life) -> None:
    live(life)
    secrets = [*life.portal.standin.secrets(), *CONFIGURED, TOKEN]
    assert len(secrets) > 20
    bearers = [page.bearer for page in life.pages if page.bearer]
    assert len(bearers) > 10
    places = {
        "log": life.portal.app.log(),
        "pages": life.shown(),
        "tables": "\n".join(life.tables),
    }
    for place, text in places.items():
        assert len(text) > 1000, place
        assert not [secret for secret in secrets if secret in text], place
        assert place == "pages" or not [bearer for bearer in bearers if bearer in text], place
    for talker in ("urllib3", "requests_oauthlib"):
        assert f'"name": "{talker}' in places["log"]
    assert "access_token" in places["log"]
    # What gunicorn's own log of requests says, and of the failure.
    assert '"POST /payments/add/" 200' in places["log"]
    assert '"GET /accounts/bitrix24/login/callback/" ' in places["log"]
    assert f"{Broken.__module__}.{Broken.__name__}" in places["log"]
