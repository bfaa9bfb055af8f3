"""Who am I, what may I: app.info, profile, scope, server.time, user.*, feature.get.

b24restdocs: api-reference/common/.
"""

from __future__ import annotations

from typing import Any

from tests.standin.methods.base import Invocation, Method
from tests.standin.rest.wire import iso

ALL_SCOPES = [
    "basic",
    "catalog",
    "crm",
    "pay_system",
    "placement",
    "sale",
    "salescenter",
    "user",
    "user_basic",
    "user_brief",
]


def app_info(inv: Invocation) -> dict[str, Any]:
    app = inv.portal.app
    return {
        "ID": app.id,
        "CODE": app.code,
        "VERSION": app.version,
        "STATUS": app.status,
        "INSTALLED": app.installed,
        "PAYMENT_EXPIRED": "N" if inv.portal.switches.is_paid else "Y",
        "DAYS": None if inv.portal.switches.is_paid else -3,
        "LANGUAGE_ID": "en",
        "LICENSE": "en_standard",
        "LICENSE_TYPE": "standard",
        "LICENSE_FAMILY": "standard",
    }


def profile(inv: Invocation) -> dict[str, Any]:
    return {
        "ID": str(inv.user.id),
        "ADMIN": inv.user.is_admin,
        "NAME": inv.user.name,
        "LAST_NAME": "",
        "PERSONAL_GENDER": "",
        "TIME_ZONE": "",
    }


def user_current(inv: Invocation) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "ID": str(inv.user.id),
        "ACTIVE": inv.user.is_active,
        "NAME": inv.user.name,
        "LAST_NAME": "",
        "UF_DEPARTMENT": [] if inv.user.role == "guest" else [1],
    }
    if {"user", "user_basic"} & set(inv.portal.app.scopes):
        fields["EMAIL"] = f"{inv.user.role}@example.com"
    return fields


def user_admin(inv: Invocation) -> bool:
    return inv.user.is_admin


def user_access(inv: Invocation) -> bool:
    wanted = inv.classic().get("ACCESS")
    codes = wanted if isinstance(wanted, list) else [wanted]
    return inv.user.is_admin or f"U{inv.user.id}" in codes or "AU" in codes


def scope(inv: Invocation) -> list[str]:
    if str(inv.params.get("full", "")).lower() in ("1", "true", "y"):
        return ALL_SCOPES
    return inv.portal.app.scopes


def server_time(inv: Invocation) -> str | None:
    return iso(inv.now())


def feature_get(inv: Invocation) -> dict[str, str]:
    return {"value": "N"}


METHODS = {
    "app.info": Method(app_info),
    "profile": Method(profile),
    "user.current": Method(user_current, ("user", "user_basic", "user_brief")),
    "user.admin": Method(user_admin),
    "user.access": Method(user_access),
    "scope": Method(scope),
    "server.time": Method(server_time),
    "feature.get": Method(feature_get),
}
