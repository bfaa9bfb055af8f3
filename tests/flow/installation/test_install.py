"""Installing: what gets bound, what the administrator reads, and what happens the second time."""

from __future__ import annotations

from typing import Any

import pytest

from b24app.models import Portal
from b24app.protocol.languages import ISO_CODES
from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.portal import ENTRIES, EVENTS, OWED, TABS, PortalWithApp, new_portal
from tests.support.waiting import await_condition

READY = "Everything is ready"
LIMITED = "not all of it works"
IMPOSSIBLE = "cannot work in this Bitrix24 yet"
ADMIN_ONLY = "Only an administrator can finish the installation."
FORMER = "http://former.localhost:8000"


def await_removed(portal: PortalWithApp) -> None:
    await_condition(lambda: portal.row.state == Portal.State.UNINSTALLED)


def can_finish(page: Page) -> bool:
    return page.soup.find(id="finish") is not None


def problems(page: Page) -> list[str]:
    """The checks that did not go well, each with its reason and step."""
    checks = page.soup.select(".checks li")
    texts = [" ".join(check.get_text(" ").split()) for check in checks]
    return [text for text in texts if not text.endswith("works")]


def test_an_administrator_gets_tabs_events_and_a_verdict(app: App) -> None:
    portal = new_portal(app)
    page = portal.open_installer()
    assert READY in page.text
    assert (page.status, can_finish(page), problems(page)) == (200, True, [])
    portal.assert_bound()
    assert (portal.row.state, portal.row.installer_id) == (Portal.State.ACTIVE, 1)
    portal.finish()
    assert portal.open_tab().status == 200


def test_again_and_again_changes_nothing(app: App) -> None:
    portal = new_portal(app)
    portal.open_installer()
    bound = portal.binds()
    assert len(bound) == len(TABS) + len(ENTRIES) + len(OWED) + len(EVENTS)
    for _ in range(3):
        assert READY in portal.open_installer().text
    assert portal.binds() == bound
    portal.assert_bound()


def test_a_first_installation_asks_each_server_as_little_as_possible(app: App) -> None:
    portal = new_portal(app)
    portal.open_installer()
    calls = app.standin.calls(portal.name)
    assert [call["server"] for call in calls] == ["oauth", "portal", "portal"]


def test_every_language_has_its_own_title(app: App) -> None:
    portal = new_portal(app)
    portal.open_installer()
    expected = {
        ("Payments", "Zahlungen", "Платежи"): TABS,
        ("Add payment", "Zahlung hinzufügen", "Добавить оплату"): ENTRIES,
        ("Who owes what", "Wer schuldet was", "Кто сколько должен"): OWED,
    }
    for binding in portal.state()["bindings"]:
        titles = {code: texts["TITLE"] for code, texts in binding["lang_all"].items()}
        assert titles.keys() == ISO_CODES.keys()
        assert binding["placement"] in expected[titles["en"], titles["de"], titles["ru"]]


def test_a_former_address_of_the_app_is_replaced(app: App) -> None:
    app.standin.clear_strays()
    portal = new_portal(app, installed=True)
    for placement in (*TABS, "CRM_LEAD_DETAIL_TAB"):
        portal.result("placement.bind", "admin", PLACEMENT=placement, HANDLER=f"{FORMER}/tab/")
    portal.result("placement.bind", "admin", PLACEMENT=TABS[0], HANDLER=f"{app.origin}/old/tab/")
    portal.result("event.bind", "admin", event="ONAPPUNINSTALL", handler=f"{FORMER}/events/")
    portal.result("event.bind", "admin", event="ONCRMDEALADD", handler=f"{app.origin}/events/")
    assert READY in portal.open_installer().text
    portal.assert_bound()
    assert app.standin.strays() == []


def test_old_titles_are_renewed(app: App) -> None:
    portal = new_portal(app, installed=True)
    handler = f"{app.origin}/placements/deal/"
    titles = {"en": {"TITLE": "Old name"}}
    portal.result("placement.bind", "admin", PLACEMENT=TABS[0], HANDLER=handler, LANG_ALL=titles)
    portal.open_installer()
    portal.assert_bound()
    texts = {b["placement"]: b["lang_all"]["en"]["TITLE"] for b in portal.state()["bindings"]}
    assert [texts[tab] for tab in TABS] == ["Payments", "Payments"]


@pytest.mark.parametrize("user", ["sales", "reader", "guest"])
def test_nobody_else_can_install_and_reads_who_can(app: App, user: str) -> None:
    portal = new_portal(app)
    page = portal.open_installer(user=user)
    assert ADMIN_ONLY in page.text
    assert "Ask an administrator" in page.text
    assert (page.status, can_finish(page)) == (200, False)
    assert (portal.bindings(), portal.event_handlers()) == ([], [])
    assert not portal.is_known or portal.row.state == Portal.State.INSTALLING


def test_the_administrator_can_still_install_after_somebody_else_tried(app: App) -> None:
    portal = new_portal(app)
    portal.open_installer(user="sales")
    assert READY in portal.open_installer().text
    portal.assert_bound()


@pytest.mark.parametrize(
    ("scopes", "words"),
    [
        (["placement", "pay_system", "salescenter"], "Permission: CRM needed"),
        (["crm", "pay_system", "salescenter"], "Permission: tabs in cards needed"),
        ([], "Permission: CRM needed"),
    ],
)
def test_without_a_needed_permission_the_app_cannot_work(
    app: App, scopes: list[str], words: str
) -> None:
    portal = new_portal(app, scopes=scopes)
    page = portal.open_installer()
    assert IMPOSSIBLE in page.text
    assert words in " ".join(problems(page))
    assert "confirm its permissions" in " ".join(problems(page))
    assert (page.status, can_finish(page)) == (200, False)
    assert portal.bindings() == []
    assert not portal.is_known or portal.row.state == Portal.State.INSTALLING


def test_without_a_useful_permission_it_works_with_limits(app: App) -> None:
    portal = new_portal(app, scopes=["crm", "placement"])
    page = portal.open_installer()
    assert LIMITED in page.text
    assert (len(problems(page)), can_finish(page)) == (2, True)
    portal.assert_bound()


def test_once_the_permission_is_there_the_same_page_is_ready(app: App) -> None:
    portal = new_portal(app, scopes=["placement"])
    portal.open_installer()
    every = ["crm", "placement", "pay_system", "salescenter"]
    app.standin.change_portal(portal.name, scopes=every)
    assert READY in portal.open_installer().text
    portal.assert_bound()


def test_a_portal_too_old_for_payments_is_told_so(app: App) -> None:
    portal = new_portal(app)
    answer = {"isExisting": False, "isAvailable": False}
    app.standin.add_fault(portal.name, "method.get", "answer", result=answer)
    page = portal.open_installer()
    assert IMPOSSIBLE in page.text
    assert "too old for payments" in " ".join(problems(page))
    assert "Update Bitrix24" in " ".join(problems(page))
    assert portal.bindings() == []


def test_a_portal_too_old_for_the_question_is_not_refused_for_it(app: App) -> None:
    portal = new_portal(app)
    app.standin.add_fault(portal.name, "method.get", "refuse", code="ERROR_METHOD_NOT_FOUND")
    assert READY in portal.open_installer().text


@pytest.mark.parametrize(
    ("binds", "verdict", "words"),
    [
        (1, IMPOSSIBLE, "Payments tab in deals needed, but missing"),
        (2, IMPOSSIBLE, "Payments tab in invoices missing"),
    ],
)
def test_a_tab_that_cannot_be_bound_is_named(
    app: App, binds: int, verdict: str, words: str
) -> None:
    portal = new_portal(app)
    app.standin.add_fault(
        portal.name, "placement.bind", "refuse", times=binds, code="ERROR_WRONG_HANDLER_URL"
    )
    page = portal.open_installer()
    assert verdict in page.text
    assert words in " ".join(problems(page))
    assert "ERROR_WRONG_HANDLER_URL" in " ".join(problems(page))
    assert READY in portal.open_installer().text
    portal.assert_bound()


def test_events_that_cannot_be_bound_are_a_limit(app: App) -> None:
    portal = new_portal(app)
    app.standin.add_fault(portal.name, "event.bind", "refuse", code="ERROR_EVENT_NOT_FOUND")
    page = portal.open_installer()
    assert LIMITED in page.text
    assert "Messages from Bitrix24 missing" in " ".join(problems(page))


@pytest.mark.parametrize("moment", ["after", "before", "never"])
def test_the_event_of_the_installation_may_come_whenever_it_likes(app: App, moment: str) -> None:
    portal = new_portal(app, switches={"install_event": moment})
    assert READY in portal.open_installer().text
    portal.finish()
    if moment != "never":
        data = {"VERSION": "1", "ACTIVE": "Y", "INSTALLED": "Y", "LANGUAGE_ID": "en"}
        told = app.standin.deliver_event(portal.name, "ONAPPINSTALL", data, user="admin")
        assert told["status"] == 200
    portal.assert_bound()
    tab = portal.open_tab()
    assert app.press_add(tab).status_text.startswith("Payment ")
    app.standin.change_portal(portal.name, app_present=False)
    await_removed(portal)


def test_an_older_box_tells_its_secret_by_the_event_alone(app: App) -> None:
    portal = new_portal(app, switches={"send_optional_fields": False})
    assert READY in portal.open_installer().text
    portal.finish()
    told = app.standin.deliver_event(portal.name, "ONAPPINSTALL", {}, user="admin")
    assert told["status"] == 200
    await_condition(lambda: portal.row.application_token)
    app.standin.change_portal(portal.name, app_present=False)
    await_removed(portal)


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
def test_after_a_removal_it_is_installed_like_the_first_time(app: App, told: bool) -> None:
    portal = new_portal(app, switches={"install_event": "never"})
    portal.open_installer()
    portal.finish()
    change: dict[str, Any] = {"app_present": False, "tell": told}
    app.standin.change_portal(portal.name, **change)
    if told:
        await_removed(portal)
    app.standin.change_portal(portal.name, app_present=True)
    assert READY in portal.open_installer().text
    portal.assert_bound()
    portal.finish()
    assert portal.open_tab().status == 200
    app.standin.change_portal(portal.name, app_present=False)
    await_removed(portal)


@pytest.mark.parametrize("do", ["drop_before", "html", "broken_json", "drop_after"])
def test_a_portal_that_breaks_off_is_told_and_can_install_later(app: App, do: str) -> None:
    portal = new_portal(app)
    app.standin.add_fault(portal.name, "placement.bind", do, whole=True)
    page = portal.open_installer()
    assert (page.status, can_finish(page)) == (502, False)
    assert READY in portal.open_installer().text
    portal.assert_bound()


def test_the_verdict_comes_in_the_administrators_language(app: App) -> None:
    assert "Alles ist bereit" in new_portal(app).open_installer(lang="de").text
