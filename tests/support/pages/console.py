"""Pages of the console as a browser meets them, redirects followed."""

from __future__ import annotations

from django.test import Client

from tests.support.pages.page import Page
from tests.support.people.operators import PASSWORD
from tests.support.portal import PortalWithApp


def get(client: Client, path: str) -> Page:
    answer = client.get(path, follow=True)
    return Page(answer.status_code, dict(answer.headers), answer.content.decode())


def post(client: Client, path: str, **form: str) -> Page:
    answer = client.post(path, form, follow=True)
    return Page(answer.status_code, dict(answer.headers), answer.content.decode())


def page_of(portal: PortalWithApp) -> str:
    return f"/console/portals/{portal.row.pk}/"


def act(client: Client, portal: PortalWithApp, name: str) -> Page:
    """Press a button of the portal's page."""
    return post(client, f"{page_of(portal)}{name}/")


def say_who_you_are(client: Client, path: str) -> Page:
    """The password again, as a page demands that cannot be undone."""
    assert "Enter your password" in get(client, path).text
    return post(client, f"/accounts/reauthenticate/?next={path}", password=PASSWORD, next=path)


def good(page: Page) -> str:
    """What the page says went well."""
    return " ".join(each.get_text(" ", strip=True) for each in page.soup.select("[role=status]"))


def bad(page: Page) -> str:
    """What the page says went wrong."""
    return " ".join(each.get_text(" ", strip=True) for each in page.soup.select("[role=alert]"))
