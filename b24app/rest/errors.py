"""Every way a call to Bitrix24 can end badly, as one tree keyed by what the caller may do.

    RestError
    ├── NotExecuted   nothing ran; the same call may be sent again (each class says when)
    ├── Refused       the portal said no; nothing ran; sending it again is pointless
    │   └── Gone      the app or the portal is not there any more
    ├── OurFault      the request itself was wrong; a defect of this app
    └── Unknown       it may or may not have run: look, never repeat a write
        ├── (is_finished = False)  the portal may still be working on it
        └── (is_finished = True)   the portal has stopped; one look decides

The decision is made from `str(error)` first and the HTTP status second, never from a text: texts
come in the portal's language (b24restdocs: error-codes.md, settings/oauth/error-codes.md).
"""

from __future__ import annotations

from enum import Enum
from math import ceil
from typing import Any


class Retry(Enum):
    """When the same call may be sent again without a person asking for it."""

    NEVER = "never"
    REFRESHED = "after a refresh of the token, once"
    BACKOFF = "after a growing pause"
    REROUTED = "at the portal's proven new address, once"
    SINGLY = "as a call of its own, outside the batch"


class Audience(Enum):
    """Who can do something about it."""

    SALESPERSON = "salesperson"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


class RestError(Exception):
    """A call did not give a result. `code` and `text` are the portal's own, `status` is HTTP's.

    `seconds` says in how many seconds the same may be tried again, where that is known.
    """

    retry = Retry.NEVER
    audience = Audience.SALESPERSON
    seconds = 0

    def __init__(self, code: str = "", text: str = "", status: int | None = None) -> None:
        super().__init__(f"{type(self).__name__} error={code!r} status={status}")
        self.code = code
        self.text = text
        self.status = status


class NotExecuted(RestError):
    """Rejected before the method ran, or never sent."""


class Refused(RestError):
    """The portal said no and did nothing."""


class Gone(Refused):
    """The app is not installed there, or the portal is closed."""

    audience = Audience.ADMINISTRATOR


class OurFault(RestError):
    """The portal could not understand our request; it did nothing."""

    audience = Audience.OPERATOR


class Unknown(RestError):
    """The outcome is open."""

    is_finished = False


class NotSent(NotExecuted):
    """No connection was opened: refused, no route, no such name, TLS failure."""


class AddressForbidden(NotSent):
    """The address is not one this server may connect to (private, loopback, not https)."""

    audience = Audience.ADMINISTRATOR


class CertificateRefused(NotSent):
    """Nobody vouches for the certificate there: self-signed, expired, or another host's."""

    audience = Audience.ADMINISTRATOR


class PortalBusy(NotExecuted):
    """As many calls to this portal are in flight as one process allows."""


class QueueTooLong(PortalBusy):
    """So many calls to this portal wait for its rate limit that this one's moment is too far."""

    def __init__(self, *args: Any, seconds: float = 0.0) -> None:
        super().__init__(*args)
        self.seconds = ceil(seconds)


class TokenExpired(NotExecuted):
    retry = Retry.REFRESHED


class TokenInvalid(NotExecuted):
    """The portal does not know the token, or no token was recognised."""

    retry = Retry.REFRESHED


class RateLimited(NotExecuted):
    retry = Retry.BACKOFF


class SignInUnreachable(NotExecuted):
    """The portal, or we, could not reach the OAuth server."""

    retry = Retry.BACKOFF
    audience = Audience.ADMINISTRATOR


class RefreshBusy(NotExecuted):
    """Another process is refreshing this token pair and did not finish in time."""


class OperationTimeLimit(NotExecuted):
    """The method's ten-minute budget on this portal is used up (b24restdocs: limits.md)."""


class MethodsPaused(OperationTimeLimit):
    """The same, known before the call, so that nothing was sent."""


class PortalMoved(NotExecuted):
    """The portal answers from another address (b24restdocs: change-domen.md). `text`: its host."""

    retry = Retry.REROUTED


class BatchForbidden(NotExecuted):
    """This method is not allowed inside a batch on this portal."""

    retry = Retry.SINGLY


class AccessDenied(Refused):
    """No right on the object: not readable, not editable at this stage, or it is gone."""


class AppsRefused(Refused):
    """ACCESS_DENIED of the REST layer itself; for the plan or for the person, which is open."""

    audience = Audience.ADMINISTRATOR


class RestNotInPlan(AppsRefused):
    """The plan of the portal has no apps."""


class UserNotAuthorized(AppsRefused):
    """This person has never signed in to the portal, or not accepted the invitation yet."""


class LicenceMissing(Refused):
    audience = Audience.ADMINISTRATOR


class ScopeMissing(Refused):
    audience = Audience.ADMINISTRATOR


class CredentialsRefused(Refused):
    audience = Audience.ADMINISTRATOR


class ClientRefused(CredentialsRefused):
    """The OAuth server refuses the app's id and secret, or no longer knows the app on this portal.

    Which of the two is open (b24restdocs: settings/oauth/error-codes.md).
    """

    audience = Audience.OPERATOR


class AppNotForUser(Refused):
    """The administrator has limited the app to certain people."""

    audience = Audience.ADMINISTRATOR


class UserInactive(Refused):
    audience = Audience.ADMINISTRATOR


class GuestRefused(Refused):
    """External users may not touch the CRM."""


class AppUnpaid(Refused):
    audience = Audience.ADMINISTRATOR


class ConfirmationPending(Refused):
    """An administrator was asked to allow the method; a refresh would lose the question."""

    audience = Audience.ADMINISTRATOR


class ConfirmationDenied(Refused):
    audience = Audience.ADMINISTRATOR


class Overloaded(Refused):
    """Bitrix24 has blocked apps on this portal by hand."""

    audience = Audience.ADMINISTRATOR


class MethodMissing(Refused):
    """The portal does not know the method: too old, or a module is absent."""

    audience = Audience.ADMINISTRATOR


class ItemNotFound(Refused):
    """The deal, invoice or payment does not exist."""


class ItemTypeUnsupported(Refused):
    """Payments exist on deals and invoices only."""


class PaymentPaid(Refused):
    """A paid payment cannot be deleted."""


class OrderCancelled(Refused):
    """The order behind the deal is cancelled."""


class MethodRefused(Refused):
    """Code 0 or an empty code: the method's own refusal, told by its text alone."""


class GrantDead(Refused):
    """The refresh token is used up or revoked; only a new launch brings a living pair."""


class ForeignGrant(Refused):
    """The OAuth server answered for another portal or another app."""


class AppNotInstalled(Gone):
    pass


class PortalClosed(Gone):
    pass


class NoAnswer(Unknown):
    """Sent, then nothing: time-out, reset, connection closed."""


class UnreadableAnswer(Unknown):
    """Not JSON, cut short, too large, or not of the documented form: a gateway's page, say."""


class PortalFailed(Unknown):
    """The portal says that it broke while it worked."""

    is_finished = True


class ResultUnusable(Unknown):
    """The portal says success and names nothing: `{"result": 0}`."""

    is_finished = True


class UnlistedCode(Unknown):
    """A code that is in no table; shown with the portal's own words."""

    is_finished = True
