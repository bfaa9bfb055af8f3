"""What befalls a portal's access, and what people then do: the scenes that these tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import LazySettings
from django.db import connection

from b24app.models import PortalUser
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

ADMIN, SALES, OTHER = 1, 7, 8
ASK = "Ask your administrator:"


def promote(portal: PortalWithApp, **installer: Any) -> None:
    """Another administrator comes, and something (`is_active`, `role`) befalls the first."""
    users = {OTHER: {"role": "admin"}, ADMIN: installer}
    portal.standin.change_portal(portal.name, users=users)


def row_of(portal: PortalWithApp, user_id: int) -> PortalUser:
    return PortalUser.objects.get(portal=portal.row, user_id=user_id)


def open_home(portal: PortalWithApp, *, user: str = "admin") -> Page:
    """The main page, whatever it says."""
    return portal.app.open_frame(portal.name, user=user, placement="DEFAULT")


def press_repair(portal: PortalWithApp, home: Page) -> Page:
    meta = home.soup.select_one("meta[name=frame-session]")
    assert meta is not None, home.text
    headers = {**HTMX, "Authorization": f"Bearer {meta['content']}"}
    return portal.app.send("/repair/", form={}, headers=headers)


@contextmanager
def this_process_as_app(portal: PortalWithApp, settings: LazySettings) -> Iterator[None]:
    """Commands of this process face the stand-in of the running app."""
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    yield
    connection.close()
