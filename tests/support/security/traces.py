"""What an attack may leave behind: rows, cookies, a way into a frame. Each can be counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.apps import apps
from django.db import connection

from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

COOKIE = "set-cookie"
# Where words without data may stand; a server of the tests lets portals be http as well.
ANY_PORTAL = ["https:", "http:"]
TAB = "CRM_DEAL_DETAIL_TAB"


def row_counts() -> dict[str, int]:
    """How many rows every table of the app has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def dump() -> str:
    """Every value of every table, as plain text."""
    with connection.cursor() as cursor:
        lines = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            lines += [f"{table} {row}" for row in cursor.fetchall()]
    return "\n".join(lines)


def policy(page: Page) -> dict[str, list[str]]:
    """The directives of the page's Content-Security-Policy."""
    text = page.headers.get("content-security-policy", "")
    words = [directive.split() for directive in text.split(";")]
    return {directive[0]: directive[1:] for directive in words if directive}


def launch_of(portal: PortalWithApp, user: str = "sales", **options: Any) -> dict[str, Any]:
    """A true launch of the tab of the deal "fresh": url and fields, as a browser posts them."""
    return portal.standin.launch(
        portal.name,
        user=user,
        placement=options.pop("placement", TAB),
        options={"ID": str(portal.deal("fresh"))},
        **options,
    )


def post(
    portal: PortalWithApp,
    launch: dict[str, Any],
    *,
    query: dict[str, str] | None = None,
    **fields: str | None,
) -> Page:
    """The launch with parts of its query and form replaced; None leaves a field out."""
    parts = urlsplit(launch["url"])
    changed = dict(parse_qsl(parts.query)) | (query or {})
    form = {**launch["fields"], **fields}
    posted = {name: value for name, value in form.items() if value is not None}
    return portal.app.send(f"{parts.path}?{urlencode(changed)}", form=list(posted.items()))


def assert_shut(page: Page) -> None:
    """A page that says what to do and gives nothing to work with."""
    assert 400 <= page.status < 504
    alert = page.soup.find(role="alert")
    assert alert is not None
    assert len(alert.get_text(" ", strip=True)) > 20
    assert not page.soup.select("form, [name=frame_session], meta[name=frame-session]")
    assert "x-frame-session" not in page.headers
    assert COOKIE not in page.headers
