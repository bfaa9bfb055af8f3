"""Checks that ask others: the OAuth server, then the portal, in one batch as the installer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from b24app.installation.install import installer_reads
from b24app.operations.doctor.findings import REPAIR, Case, Finding
from b24app.operations.doctor.wordings import finding_of
from b24app.portals.actors import SessionEnded, actor_of
from b24app.portals.verification import IDENTITY, read_identity
from b24app.rest.client import Command
from b24app.rest.errors import (
    AppNotInstalled,
    ForeignGrant,
    GrantDead,
    NotExecuted,
    OurFault,
    RestError,
)
from b24app.tokens import server as oauth

_MOST_SKEW = timedelta(seconds=60)
# Not a token: a server that knows our keys has only this to refuse.
_NO_TOKEN = "no-token-of-anybody"  # noqa: S105
_BATCH = {**IDENTITY, **installer_reads(), "time": Command("server.time")}


def check_sign_in(case: Case) -> Finding:
    """Whether the OAuth server answers, and takes our key pair."""
    subject = "OAuth server"
    try:
        oauth.refresh(case.portal.oauth_server, _NO_TOKEN)
    except (GrantDead, OurFault):
        return Finding(subject)
    except NotExecuted as error:
        return finding_of(error, subject=subject)
    except RestError as error:
        problem = f"The OAuth server refuses the app's key pair ({error.code})."
        step = "Compare B24_CLIENT_ID and B24_CLIENT_SECRET with the app's card, then restart."
        return Finding(subject, problem, step)
    return Finding(subject)


def check_conversation(case: Case) -> Finding:
    """Whether the portal answers the installer's own token; keeps the answer for the rest."""
    subject = f"portal {case.portal.endpoint.host}"
    try:
        actor = actor_of(case.portal.pk, case.portal.installer_id or 0)
        case.answer = actor.ask(_BATCH)
        identity = read_identity(case.answer)
        _ = case.answer.value("scopes")
    except SessionEnded:
        return finding_of(AppNotInstalled(), subject=subject)
    except RestError as error:
        return finding_of(error, subject=subject)
    if identity.app_code != case.portal.app_code:
        return finding_of(ForeignGrant(), subject=subject)
    return Finding(subject)


def check_administrator(case: Case) -> Finding:
    problem = "The person who installed the app is not an administrator any more."
    is_admin = read_identity(case.answer).is_admin
    return Finding("installer's role", "" if is_admin else problem, REPAIR)


def check_clock(case: Case) -> Finding:
    """Whether this server and the portal agree on the time."""
    try:
        theirs = datetime.fromisoformat(str(case.answer.results.get("time")))
    except ValueError:
        return Finding("clock")
    skew = timezone.now() - theirs
    seconds = round(skew.total_seconds())
    problem = f"This server's clock and the portal's differ by {seconds} seconds."
    step = "Switch on time synchronisation (timedatectl set-ntp true)."
    return Finding("clock", problem if abs(skew) > _MOST_SKEW else "", step)


def check_server(case: Case) -> Finding:
    """Whether the portal's sign-in server is one that we may ask."""
    is_allowed = case.portal.oauth_server in settings.B24_OAUTH_SERVERS
    problem = "" if is_allowed else f"{case.portal.oauth_server} is not in B24_OAUTH_SERVERS."
    return Finding("allowed servers", problem, "Add it if it is Bitrix24's, then restart.")
