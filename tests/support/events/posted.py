"""Events as Bitrix24's queue posts them, forged where a test says so, and what became of them."""

from __future__ import annotations

import time
from typing import Any

from b24app.models import EventReceipt, Portal, PortalUser
from tests.support.app import App
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

FAKE_TOKEN = "fake0token0of0nobody0" * 2
WAITING = EventReceipt.State.WAITING


def event(
    portal: PortalWithApp,
    name: str,
    *,
    data: dict[str, str] | None = None,
    ts: float | None = None,
    **auth: str,
) -> dict[str, Any]:
    """The form of an event, of now by default, with parts of `auth` and `data` replaced."""
    block = {
        "domain": portal.about["host"],
        "client_endpoint": f"http://{portal.about['host']}/rest/",
        "server_endpoint": f"{portal.standin.oauth_origin}/rest/",
        "member_id": portal.member_id,
        "application_token": str(portal.about["application_token"]),
        "status": "L",
    }
    told = {"VERSION": "1", "LANGUAGE_ID": "en", "CLEAN": "0", **(data or {})}
    at = time.time() if ts is None else ts
    return {"event": name, "data": told, "ts": str(int(at)), "auth": {**block, **auth}}


def post(app: App, form: dict[str, Any]) -> int:
    return app.send("/events/", form=form).status


def remove(portal: PortalWithApp, form: dict[str, Any], *, at: App | None = None) -> int:
    """The portal removes the app, and its queue posts `form`, to another app if one is given."""
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    return post(at or portal.app, form)


def token_of(portal: PortalWithApp, user: str) -> str:
    made = portal.standin.launch(portal.name, user=user, placement="DEFAULT")
    return str(made["fields"]["AUTH_ID"])


def tokens_kept(portal: PortalWithApp) -> list[str]:
    users = PortalUser.objects.filter(portal=portal.row)
    return [text for user in users for text in (user.access_token, user.refresh_token) if text]


def receipts_of(member_id: str) -> list[tuple[str, str]]:
    """The state and the outcome of every event of a portal, in the order in which they came."""
    rows = EventReceipt.objects.filter(member_id=member_id).order_by("pk")
    return list(rows.values_list("state", "outcome"))


def await_handled(member_id: str) -> list[tuple[str, str]]:
    """The receipts of a portal when none of them waits any more."""
    rows = EventReceipt.objects.filter(member_id=member_id, state=WAITING)
    await_condition(lambda: not rows.exists())
    return receipts_of(member_id)


def await_state(portal: PortalWithApp, state: Portal.State) -> Portal:
    """The portal's row once it is in this state."""
    await_condition(lambda: portal.row.state == state)
    return portal.row
