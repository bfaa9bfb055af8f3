"""The client's link in a browser: copied with its code, waited for, or why there is none."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.tab.test_actions import add, button, press
from tests.support.app import App
from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp, installed_portal


def test_the_link_is_copied_and_shown_with_its_code(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    tab = browse.open_card(portal)
    press(tab, "Copy link")
    field = tab.get_by_role("textbox", name="Link for the client")
    expect(field).to_be_focused()
    address = field.input_value()
    assert address.startswith(portal.about["origin"])
    expect(tab.get_by_text("The link is copied.")).to_be_visible()
    code = tab.get_by_role("img", name="QR code")
    assert code.evaluate("image => image.complete && image.naturalWidth > 20")
    browse.screenshot("link")
    assert findings(browse.page.frames[-1]) == []
    field.press("End")
    tab.get_by_role("button", name="Copy", exact=True).click()
    assert field.evaluate("f => f.value.slice(f.selectionStart, f.selectionEnd)") == address
    tab.get_by_role("button", name="Close").click()
    expect(field).to_have_count(0)
    expect(button(tab, "Copy link")).to_be_focused()


def test_without_a_payment_page_the_link_says_why(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    portal.standin.switch(portal.name, payment_page="unverified")
    tab = browse.open_card(portal)
    press(tab, "Copy link")
    expect(tab.get_by_role("alert")).to_contain_text("confirmed the phone number or e-mail")


def test_a_payment_page_that_is_being_set_up_is_waited_for(
    portal: PortalWithApp, browse: Visitor
) -> None:
    add(portal)
    portal.standin.switch(portal.name, payment_page="no_site")
    tab = browse.open_card(portal)
    press(tab, "Copy link")
    expect(tab.get_by_role("status")).to_contain_text("Asking Bitrix24…")
    expect(tab.get_by_role("textbox", name="Link for the client")).to_be_focused()
    expect(tab.get_by_role("status")).to_be_empty()
    expect(tab.get_by_role("alert")).to_be_empty()


def test_without_the_permission_there_is_no_link(app: App, browse: Visitor) -> None:
    scopes = ["crm", "placement", "user_brief"]
    portal = installed_portal(app, scopes=scopes)
    add(portal)
    tab = browse.open_card(portal, user="admin")
    expect(button(tab, "Mark as paid")).to_be_visible()
    expect(button(tab, "Copy link")).to_have_count(0)
