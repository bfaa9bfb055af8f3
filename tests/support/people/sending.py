"""The menu of a payment's link: opening it, and what stands in it."""

from __future__ import annotations

from typing import Any

from bs4 import Tag

from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp

CONTACT, COMPANY = (3, 11), (4, 21)
LOG = "crm.timeline.logmessage.add"


def a_payment(portal: PortalWithApp, deal: str = "fresh", **fields: Any) -> int:
    [payment] = portal.standin.add_payments(portal.name, deal, user="sales", **fields)
    return int(payment)


def press(portal: PortalWithApp, tab: Page, name: str, payment: int, **form: str) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send(address_on(tab, payment, name), form=form, headers=headers)


def fields_of(menu: Page, form: str = "sending-form") -> dict[str, str]:
    """What the menu's own form sends when nobody touches it."""
    inputs = menu.soup.select(f"#{form} input[name]")
    fields = {str(each["name"]): str(each.get("value", "")) for each in inputs}
    chosen = menu.soup.select(f"#{form} select[name]")
    return fields | {str(each["name"]): _chosen(each) for each in chosen}


def _chosen(choice: Tag) -> str:
    return str(choice.select("option[selected]")[0]["value"])


def opened(portal: PortalWithApp, user: str = "sales", **form: str) -> tuple[Page, int, Page]:
    """A tab, its payment, and the menu of that."""
    payment = a_payment(portal)
    tab = portal.open_tab(user=user)
    portal.standin.clear_calls(portal.name)
    return tab, payment, press(portal, tab, "send", payment, **form)


def ways(place: Page | Tag) -> dict[str, str]:
    """Where the links lead, by channel."""
    soup = place.soup.select_one("#sending-form > .ways") if isinstance(place, Page) else place
    assert soup is not None, place
    return {str(a["data-channel"]): str(a["href"]) for a in soup.select("a")}


def recipients(menu: Page) -> dict[str, dict[str, str]]:
    """The ways to each recipient that is shown, by number or address."""
    return {
        found.get_text(): ways(line)
        for line in menu.soup.select(".recipients > li")
        for found in line.select("strong")
    }


def number_of(portal: PortalWithApp, payment: int) -> str:
    found = {p["id"]: str(p["account_number"]) for p in portal.state()["payments"]}
    return found[payment]
