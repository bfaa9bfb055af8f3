"""What an error means for the operator, and the next step; the rest in the users' own words."""

from __future__ import annotations

from django.utils import translation

from b24app.messages.notice import Table, Wording, notice_of
from b24app.messages.rest_errors import WORDINGS
from b24app.operations.doctor.findings import REPAIR, Finding
from b24app.rest import errors
from b24app.rest.errors import RestError


def _said(problem: str, step: str) -> Wording:
    return Wording(problem, admin_step=step)


_ASK_ANOTHER = "Ask another administrator of the portal to open the app and to press Repair."
_WORDS: Table = {
    errors.GrantDead: _said("The installer's refresh token is dead.", REPAIR),
    errors.UserInactive: _said(
        "The person who installed the app has been dismissed or locked out.",
        _ASK_ANOTHER,
    ),
    errors.UserNotAuthorized: _said(
        "The person who installed the app has not signed in yet, or not accepted the invitation.",
        _ASK_ANOTHER,
    ),
    errors.AppNotForUser: _said(
        "The app is closed to the person who installed it.",
        "Ask an administrator to give that person access to the app in the Market, "
        "or to open it and press Repair.",
    ),
    errors.SignInUnreachable: _said(
        "The OAuth server of Bitrix24 cannot be reached.",
        "Check that this server may connect to B24_OAUTH_SERVERS on port 443.",
    ),
    errors.AppNotInstalled: _said(
        "Bitrix24 says that the app is not installed there.",
        "Ask an administrator of the portal to install it again.",
    ),
    errors.PortalMoved: _said(
        "The portal answers from another address, which the OAuth server does not confirm.",
        "Ask an administrator to open the app at the new address; that tells us where it is.",
    ),
    errors.CertificateRefused: _said(
        "The portal's certificate is refused.",
        "Tell the portal's administrator: maybe it ran out, or is its own.",
    ),
    errors.AddressForbidden: _said(
        "The portal's name leads to an address that is not public.",
        "Ask its administrator for a public https address; until then the app cannot reach it.",
    ),
    errors.NoAnswer: _said(
        "The portal took the request and did not answer in time.",
        "Run this again later; if it stays so, tell the portal's administrator.",
    ),
}
_NEVER_OPENED = {
    "gaierror": ("The portal's name does not resolve.", "it was renamed, or its DNS is broken"),
    "SSLError": (
        "The portal does not speak https at this port.",
        "TLS is off, or the port is wrong",
    ),
    "ConnectionRefusedError": ("The portal refuses connections.", "its server is down"),
}


def finding_of(error: RestError, *, subject: str) -> Finding:
    """The finding for an error of a call."""
    code = f" [{error.kind} {error.code}".rstrip() + "]"
    if isinstance(error, errors.NotSent) and error.text in _NEVER_OPENED:
        problem, cause = _NEVER_OPENED[error.text]
        return Finding(subject, problem + code, f"Tell the portal's administrator: maybe {cause}.")
    with translation.override("en"):
        notice = notice_of(error, _WORDS, WORDINGS, is_admin=True)
    return Finding(subject, notice.text + code, notice.admin_step or notice.next_step)
