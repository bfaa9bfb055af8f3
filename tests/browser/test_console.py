"""The operator at a real browser: signs in with two factors, finds a portal, acts on it."""

from __future__ import annotations

import signal

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, ViewportSize, expect

from b24app.models import Portal
from payments.models import Attempt
from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.people.operators import PASSWORD, code_of, make_person
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

NARROW = ViewportSize(width=375, height=800)
WIDE = ViewportSize(width=1280, height=900)


@pytest.fixture(autouse=True)
def _nothing_before(portal: PortalWithApp) -> None:
    """No guess of another test counts, and no worker remembers a row of Django's own.

    Django keeps the numbers of its content types, and an emptied database gives out new ones.
    """
    cache.clear()
    app, before = portal.app, set(portal.app.worker_pids())
    app.process.send_signal(signal.SIGHUP)
    await_condition(lambda: before.isdisjoint(app.worker_pids()) and app.worker_pids())


def enter(browse: Visitor, portal: PortalWithApp, path: str = "/console/") -> Page:
    """The page behind the sign-in, as an operator who has a second factor."""
    person = make_person("olga")
    page = browse.page
    page.goto(f"{portal.app.origin}{path}")
    look(browse, "sign-in")
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Two-Factor Authentication")).to_be_visible()
    look(browse, "code")
    page.get_by_label("Code").fill(code_of(person.seed))
    page.get_by_role("button", name="Sign In").click()
    return page


def look(browse: Visitor, name: str) -> None:
    """Nothing serious for axe, nothing cut off at the side of a narrow screen, and a picture."""
    page = browse.page
    assert findings(page) == []
    browse.screenshot(f"console-{name}")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    browse.screenshot(f"console-{name}-narrow")
    page.set_viewport_size(WIDE)


def test_find_a_portal_resolve_its_attempt_and_forget_it(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, "batch", "drop_after")
    portal.app.press_add(tab)
    host = portal.row.endpoint.host
    page = enter(browse, portal)
    expect(page.get_by_role("heading", name="Portals", exact=True)).to_be_visible()
    expect(page.get_by_role("table", name="Open attempts, oldest first")).to_contain_text(host)
    look(browse, "portals")
    page.get_by_label("Search").fill(host[:8])
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=host).click()
    expect(page.get_by_role("table", name="Latest attempts")).to_contain_text("unclear")
    look(browse, "portal")
    page.get_by_role("button", name="Resolve now").click()
    expect(page.get_by_role("status")).to_contain_text("was added")
    expect(page.get_by_role("table", name="Latest attempts")).to_contain_text("payment made")
    assert Attempt.objects.get().state == Attempt.State.ADDED
    look(browse, "resolved")
    page.get_by_role("link", name="Forget this portal…").click()
    page.get_by_label("Password").fill(PASSWORD)
    look(browse, "who-are-you")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("To confirm").fill("another.host")
    page.get_by_role("button", name="Forget this portal").click()
    expect(page.get_by_text("nothing was deleted")).to_be_visible()
    look(browse, "forget")
    page.get_by_label("To confirm").fill(host)
    page.get_by_role("button", name="Forget this portal").click()
    expect(page.get_by_role("status")).to_contain_text("Everything of this portal was deleted")
    look(browse, "forgotten")
    assert not Attempt.objects.exists()
    assert portal.row.state == Portal.State.UNINSTALLED


def test_the_second_factor_is_set_up_on_the_first_visit(
    portal: PortalWithApp, browse: Visitor
) -> None:
    person = make_person("stella", has_factor=False)
    page = browse.page
    page.goto(f"{portal.app.origin}/console/")
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    look(browse, "activate")
    seed = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(seed))
    page.get_by_role("button", name="Activate").click()
    page.get_by_label("Code").fill(code_of(seed))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(browse, "recovery-codes")
    page.get_by_role("link", name="stella").or_(page.get_by_role("link", name="Console")).click()
    expect(page.get_by_role("heading", name="Portals", exact=True)).to_be_visible()
    page.get_by_role("link", name="stella").click()
    look(browse, "second-factor")


def test_the_tables_work_under_the_content_policy(portal: PortalWithApp, browse: Visitor) -> None:
    portal.open_tab()
    page = enter(browse, portal, "/admin/")
    expect(page.get_by_role("heading", name="Tables")).to_be_visible()
    browse.screenshot("admin-index")
    for table in ("Portals", "Portal users", "Rest calls", "Event receipts", "Attempts", "Users"):
        page.get_by_role("link", name=table, exact=True).first.click()
        first = page.locator("#result_list tbody th a").first
        browse.screenshot(f"admin-{table.lower().replace(' ', '-')}")
        if first.count():
            first.click()
            expect(page.locator("#content h2").first).to_be_visible()
            browse.screenshot(f"admin-one-{table.lower().replace(' ', '-')}")
        page.goto(f"{portal.app.origin}/admin/")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Operator’s console")).to_be_visible()
