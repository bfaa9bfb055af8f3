"""A whole portal: its users, its pay systems, the app on its list, and the cast."""

from __future__ import annotations

import hashlib
import secrets
from copy import copy, deepcopy
from dataclasses import replace
from typing import Any

from tests.standin.cast import add_cast
from tests.standin.crm.records import PaySystem
from tests.standin.switches import Switches
from tests.standin.world import Installation, Portal, User, World

SCOPES = ["crm", "placement", "user_brief", "pay_system", "salescenter"]
ADMIN, CRM_ADMIN, SALES, READER, GUEST = 1, 6, 7, 8, 9


def make_portal(
    world: World,
    name: str,
    *,
    switches: dict[str, Any] | None = None,
    scopes: list[str] | None = None,
    installed: bool = False,
) -> Portal:
    """A portal with its whole cast, the app on its list. Raises KeyError for unknown switches."""
    settings = Switches()
    settings.change(switches or {})
    application_token = secrets.token_hex(16)
    world.secrets.append(application_token)
    portal = Portal(
        name=name,
        host=f"{name}.localhost:{world.port}",
        scheme=world.scheme,
        member_id=hashlib.sha256(name.encode()).hexdigest()[:32],
        app=Installation(
            id=17,
            code=world.app.client_id,
            application_token=application_token,
            scopes=list(SCOPES if scopes is None else scopes),
            installed=installed,
        ),
        switches=settings,
    )
    portal.users = {
        ADMIN: User(ADMIN, "Administrator", "admin"),
        SALES: User(SALES, "Salesperson", "sales"),
        READER: User(READER, "Reader", "reader"),
        GUEST: User(GUEST, "Guest", "guest"),
        CRM_ADMIN: User(CRM_ADMIN, "Head of sales", "crm_admin"),
    }
    portal.pay_systems = [
        PaySystem(1, "Internal account", handler="inner", sort=10),
        PaySystem(2, "Cash", handler="cash", sort=300),
        PaySystem(3, "Bank transfer", sort=100),
        PaySystem(4, "Card online", handler="card", sort=200),
        PaySystem(5, "Cheque", sort=400, is_active=False),
        PaySystem(6, "Invoice to a company", registry="CRM_INVOICE", sort=100),
    ]
    add_cast(portal)
    world.portals[name] = portal
    return portal


def take_after(portal: Portal, other: Portal) -> None:
    """The app is in this portal as it is in `other`: set up as far, bound and charged alike.

    What people did with the CRM of the other stays there.
    """
    portal.app.installed = other.app.installed
    portal.bindings = [replace(each) for each in other.bindings]
    portal.event_handlers = [replace(each) for each in other.event_handlers]
    if "handler" in other.counters:
        portal.counters["handler"] = copy(other.counters["handler"])
    portal.bucket = other.bucket
    portal.operating = deepcopy(other.operating)
