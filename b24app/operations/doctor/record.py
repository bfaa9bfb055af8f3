"""Checks of what we have stored about a portal; nobody else is asked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from django.conf import settings
from django.db.models import Q

from b24app.models import Portal
from b24app.operations.doctor.findings import REPAIR, Case, Finding
from b24app.operations.doctor.wordings import finding_of
from b24app.protocol.addresses import HostRefused, normalise_host, parse_endpoint
from b24app.rest.codes import from_record
from b24app.tokens.store import token_aad
from b24app.vault import SealBroken


def find(asked: str) -> Portal | None:
    """The portal with this member id, or else the one with this host."""
    host = asked.strip().lower().removeprefix("https://").partition("/")[0]
    with suppress(HostRefused):
        host = normalise_host(host)
    at_host = [Q(client_endpoint__startswith=f"{scheme}://{host}/") for scheme in ("https", "http")]
    portals = Portal.objects.order_by("-updated_at")
    named = portals.filter(member_id=asked.strip()).first()
    return named or portals.filter(at_host[0] | at_host[1]).first()


def check_address(case: Case) -> Finding:
    address = case.portal.client_endpoint
    try:
        parse_endpoint(address, allow_insecure=settings.B24_ALLOW_INSECURE_PORTALS)
    except HostRefused as error:
        problem = f"The stored address {address} cannot be used: {error}."
        step = "Ask an administrator of the portal to give it a public https address and to open"
        return Finding("stored address", problem, f"{step} the app there.")
    return Finding("stored address")


def check_state(case: Case) -> Finding:
    """Whether the app is installed there and open."""
    portal, subject = case.portal, "installation"
    if portal.state == Portal.State.UNINSTALLED:
        problem = f"The app was removed from this portal ({portal.uninstalled_at or 'long ago'})."
        return Finding(subject, problem, "Ask an administrator of the portal to install it again.")
    if portal.state == Portal.State.BLOCKED:
        error = from_record(kind=portal.trouble, code="", text="", status=None)
        why = finding_of(error, subject=subject)
        return replace(why, problem=f"The portal is blocked ({portal.trouble}): {why.problem}")
    if portal.state == Portal.State.INSTALLING:
        problem = "The installation was begun and never finished."
        step = "Ask an administrator of the portal to open the app and to finish it."
        return Finding(subject, problem, step)
    return Finding(subject)


def check_installer(case: Case) -> Finding:
    """Whether we know whose tokens stand in the background."""
    is_known = case.portal.users.filter(user_id=case.portal.installer_id or 0).exists()
    problem = "" if is_known else "Nobody's tokens are stored for background work."
    return Finding("installer", problem, REPAIR)


def check_tokens(case: Case) -> Finding:
    """Whether the installer's tokens open and are there."""
    user = case.portal.users.get(user_id=case.portal.installer_id or 0)
    opened = {}
    for name in ("access_token", "refresh_token"):
        aad = token_aad(case.portal.member_id, user.user_id, name)
        try:
            opened[name] = settings.VAULT.open(getattr(user, name), aad=aad)
        except SealBroken as broken:
            key_id = getattr(user, name).partition(":")[0]
            problem = f"The stored tokens do not open: {broken}."
            step = f"Put the key {key_id!r} that sealed them back into TOKEN_KEYS and restart;"
            lost = "if it is lost, ask the installer to open the app once."
            return Finding("stored tokens", problem, f"{step} {lost}")
    problem = "The installer's refresh token is dead or was never given."
    step = "Ask the installer to open the app in Bitrix24 once."
    return Finding("stored tokens", "" if all(opened.values()) else problem, step)
