"""From a method's name and a token to a method's answer: the portal's own order of checks.

Unknown method, then authorization with the scope, then the operating limit, then the method
(b24restdocs: _includes/system-errors.md).
"""

from __future__ import annotations

import fnmatch
from dataclasses import replace
from typing import Any

from tests.standin.methods import CONTROLLERS, METHODS
from tests.standin.methods.base import Invocation, Method, Page, require_intranet_user
from tests.standin.rest import limits
from tests.standin.rest.errors import RestError, system_error
from tests.standin.rest.params import Params
from tests.standin.rest.wire import numbered
from tests.standin.tokens import is_expired
from tests.standin.world import Call, Portal, Token, World

PLAN_TEXT = "REST is available only on commercial plans."
PERSON_TEXT = "Current user can't be authorized in this context"


def find_method(name: str) -> Method:
    """The method of this lower-case name. Raises ERROR_METHOD_NOT_FOUND."""
    method = METHODS.get(name)
    if method is None:
        controller, _, action = name.rpartition(".")
        path = CONTROLLERS.get(controller)
        if path is None:
            raise system_error("ERROR_METHOD_NOT_FOUND")
        return _missing_action(action, path)
    return method


def token_in(params: Params, authorization: str) -> str:
    """The access token of a request: the Bearer header, then `auth`, then `access_token`."""
    scheme, _, bearer = authorization.partition(" ")
    for value in (
        bearer.strip() if scheme.lower() == "bearer" else "",
        params.get("auth"),
        params.get("access_token"),
    ):
        if value and isinstance(value, str):
            return value
    return ""


def authorise(world: World, portal: Portal, key: str) -> Token:
    """The token that `key` is, good for a call. Raises the first failing check but the scope's."""
    if not key:
        raise system_error("NO_AUTH_FOUND")
    token = world.access.get(key)
    if token is not None and token.portal is portal and not portal.app.present:
        raise system_error("APPLICATION_NOT_FOUND")
    if token is None or token.portal is not portal or token.is_revoked:
        raise system_error("invalid_token")
    if not portal.users[token.user_id].is_confirmed:
        raise _refused_by_the_layer(portal, PERSON_TEXT)
    switches = portal.switches
    if switches.payment_expired:
        raise system_error("PAYMENT_REQUIRED")
    if not switches.plan_rest:
        raise _refused_by_the_layer(portal, PLAN_TEXT)
    if is_expired(world, token):
        raise system_error("expired_token")
    return token


def _refused_by_the_layer(portal: Portal, text: str) -> RestError:
    """ACCESS_DENIED to every method alike: of the plan, or of the person."""
    switches = portal.switches
    said = text if switches.system_texts == "fixed" else ""
    return system_error("ACCESS_DENIED", text=said, status=switches.status_of_layer)


def check_scope(portal: Portal, method: Method, *, text: str | None = None) -> None:
    """Raises insufficient_scope."""
    if method.scopes and not any(each in portal.app.scopes for each in method.scopes):
        status = portal.switches.status_of_scope
        raise system_error("insufficient_scope", text=text, status=status)


def check_user(portal: Portal, token: Token) -> None:
    """Raises authorization_error or user_access_error."""
    if not portal.users[token.user_id].is_active:
        raise system_error("authorization_error")
    allowed = portal.app.allowed_user_ids
    if allowed is not None and token.user_id not in allowed:
        raise system_error("user_access_error", status=portal.switches.status_of_scope)


def invoke(
    world: World,
    portal: Portal,
    token: Token,
    *,
    name: str,
    method: Method,
    params: Params,
    call: Call,
) -> Page:
    """Run a method within its operating limit and book its time."""
    started = world.now()
    limits.check_operating(portal, name, started)
    user = portal.users[token.user_id]
    inv = Invocation(world, portal, user, token, params, call)
    try:
        if method.is_controller:
            _filter_controller(inv, name)
        answer = method.run(inv)
    finally:
        finished = world.now()
        limits.charge(portal, name, finished - started, finished)
    page = answer if isinstance(answer, Page) else Page(answer)
    if portal.switches.list_style == "map" and isinstance(page.value, list):
        page = replace(page, value=numbered(page.value))
    return page


def is_forbidden_in_batch(portal: Portal, name: str) -> bool:
    return name == "batch" or any(
        fnmatch.fnmatchcase(name, glob.lower()) for glob in portal.switches.batch_forbids
    )


def _filter_controller(inv: Invocation, name: str) -> None:
    if name.startswith("crm.item.payment."):
        for module in ("salescenter", "sale"):
            if module not in inv.portal.switches.modules:
                raise RestError("0", f"Module {module} is not installed.")
    require_intranet_user(inv)


def _missing_action(action: str, path: str) -> Method:
    def refuse(_: Invocation) -> Any:
        raise RestError("22002", f"Could not find description of {action} in {path}")

    return Method(refuse, ("crm",))
