"""What an error means for the operator, and the next step; the rest in the users' own words."""

from __future__ import annotations

from django.utils import translation

from b24app.messages.rest_errors import explain
from b24app.operations.doctor.findings import Finding
from b24app.rest import errors
from b24app.rest.errors import RestError

_ASK_INSTALLER = "Ask an administrator of the portal to open the app once and to press Repair."
_WORDS: dict[type[RestError], tuple[str, str]] = {
    errors.GrantDead: ("The installer's refresh token is dead.", _ASK_INSTALLER),
    errors.UserInactive: (
        "The person who installed the app has been dismissed or locked out.",
        "Ask another administrator of the portal to open the app and to press Repair.",
    ),
    errors.UserNotAuthorized: (
        "The person who installed the app has not signed in yet, or not accepted the invitation.",
        "Ask another administrator of the portal to open the app and to press Repair.",
    ),
    errors.AppNotForUser: (
        "The app is closed to the person who installed it.",
        "Ask an administrator to give that person access to the app in the Market, "
        "or to open it and press Repair.",
    ),
    errors.SignInUnreachable: (
        "The OAuth server of Bitrix24 cannot be reached.",
        "Check that this server may connect to B24_OAUTH_SERVERS on port 443.",
    ),
    errors.AppNotInstalled: (
        "Bitrix24 says that the app is not installed there.",
        "Ask an administrator of the portal to install it again.",
    ),
    errors.PortalMoved: (
        "The portal answers from another address, which the OAuth server does not confirm.",
        "Ask an administrator to open the app at the new address; that tells us where it is.",
    ),
    errors.CertificateRefused: (
        "The portal's certificate is refused.",
        "Tell the portal's administrator: maybe it ran out, or is its own.",
    ),
    errors.AddressForbidden: (
        "The portal's name leads to an address that is not public.",
        "Ask its administrator for a public https address; until then the app cannot reach it.",
    ),
    errors.NoAnswer: (
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
    for kind in type(error).__mro__:
        if kind in _WORDS:
            problem, step = _WORDS[kind]
            return Finding(subject, problem + code, step)
    with translation.override("en"):
        notice = explain(error, is_admin=True)
    return Finding(subject, notice.text + code, notice.admin_step or notice.next_step)
