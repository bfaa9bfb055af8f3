"""app.option.* and user.option.*: small values that the portal keeps for the app.

b24restdocs: api-reference/common/settings/.
"""

from __future__ import annotations

from typing import Any

from tests.standin.methods.base import Invocation, Method
from tests.standin.rest.handlers import required
from tests.standin.rest.params import entries


def get_app_option(inv: Invocation) -> Any:
    return _read(inv, inv.portal.app.options)


def set_app_option(inv: Invocation) -> bool:
    inv.require_admin()
    return _write(inv, inv.portal.app.options)


def get_user_option(inv: Invocation) -> Any:
    return _read(inv, inv.user.options)


def set_user_option(inv: Invocation) -> bool:
    return _write(inv, inv.user.options)


def _read(inv: Invocation, options: dict[str, Any]) -> Any:
    wanted = inv.classic().get("OPTION")
    if isinstance(wanted, str) and wanted:
        return options.get(wanted, "")
    return options or []


def _write(inv: Invocation, options: dict[str, Any]) -> bool:
    pairs = entries(inv.classic().get("OPTIONS"))
    if not pairs:
        required({}, "options")
    options.update(pairs)
    return True


METHODS = {
    "app.option.get": Method(get_app_option),
    "app.option.set": Method(set_app_option),
    "user.option.get": Method(get_user_option),
    "user.option.set": Method(set_user_option),
}
