"""The calls on a portal's page: the method, how it went, and what the portal said of an error."""

from __future__ import annotations

from django.test import Client

from tests.support.pages.console import get, page_of
from tests.support.people.clicks import ADD
from tests.support.people.operators import Person
from tests.support.portal import PortalWithApp


def test_a_refused_command_is_shown_with_the_portals_words(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    tab = portal.open_tab()
    text = "No payments today <b>, ivan@example.com"
    portal.standin.add_fault(portal.name, ADD, "refuse", code="0", text=text)
    portal.app.press_add(tab)
    page = get(client, page_of(portal))
    refused = page.soup.select("section[aria-labelledby=calls] tr:has(bdi)")
    # The list of payment systems is refused to a salesperson as well.
    [row] = [row for row in refused if ADD in row.get_text()]
    assert "error 0: No payments today" in row.get_text()
    assert "ivan" not in page.body
