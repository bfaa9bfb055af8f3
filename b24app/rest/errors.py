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

from math import ceil
from typing import Any, ClassVar

from b24app.rest.remedy import Audience, Retry

KINDS: dict[str, type[RestError]] = {}


class RestError(Exception):
    """A call did not give a result. `code` and `text` are the portal's own, `status` is HTTP's.

    `kind` is the name of its class wherever an error is written down, and never changes: rows have
    it. `seconds` says in how many seconds the same may be tried again, where that is known.
    """

    kind: ClassVar[str] = "error"
    retry = Retry.NEVER
    audience = Audience.SALESPERSON
    seconds = 0

    def __init_subclass__(
        cls, *, kind: str, retry: Retry | None = None, audience: Audience | None = None
    ) -> None:
        cls.kind = kind
        cls.retry = retry or cls.retry
        cls.audience = audience or cls.audience
        if KINDS.setdefault(kind, cls) is not cls:
            raise TypeError(f"two errors of the kind {kind!r}")

    def __init__(self, code: str = "", text: str = "", status: int | None = None) -> None:
        super().__init__(f"{self.kind} error={code!r} status={status}")
        self.code = code
        self.text = text
        self.status = status


class NotExecuted(RestError, kind="not_executed"):
    """Rejected before the method ran, or never sent."""


class Refused(RestError, kind="refused"):
    """The portal said no and did nothing."""


class Gone(Refused, kind="gone", audience=Audience.ADMINISTRATOR):
    """The app is not installed there, or the portal is closed."""


class OurFault(RestError, kind="our_fault", audience=Audience.OPERATOR):
    """The portal could not understand our request; it did nothing."""


class Unknown(RestError, kind="unknown"):
    """The outcome is open."""

    is_finished = False


class NotSent(NotExecuted, kind="not_sent"):
    """No connection was opened: refused, no route, no such name, TLS failure."""


class AddressForbidden(NotSent, kind="address_forbidden", audience=Audience.ADMINISTRATOR):
    """The address is not one this server may connect to (private, loopback, not https)."""


class CertificateRefused(NotSent, kind="certificate_refused", audience=Audience.ADMINISTRATOR):
    """Nobody vouches for the certificate there: self-signed, expired, or another host's."""


class PortalBusy(NotExecuted, kind="portal_busy"):
    """As many calls to this portal are in flight as one process allows."""


class QueueTooLong(PortalBusy, kind="queue_too_long"):
    """So many calls to this portal wait for its rate limit that this one's moment is too far."""

    def __init__(self, *args: Any, seconds: float = 0.0) -> None:
        super().__init__(*args)
        self.seconds = ceil(seconds)


class ServerBusy(PortalBusy, kind="server_busy"):
    """This server has no room for it now, and that is neither the portal's doing nor Bitrix24's."""


class TokenExpired(NotExecuted, kind="token_expired", retry=Retry.REFRESHED):
    pass


class TokenInvalid(NotExecuted, kind="token_invalid", retry=Retry.REFRESHED):
    """The portal does not know the token, or no token was recognised."""


class RateLimited(NotExecuted, kind="rate_limited", retry=Retry.BACKOFF):
    pass


class SignInUnreachable(
    NotExecuted, kind="sign_in_unreachable", retry=Retry.BACKOFF, audience=Audience.ADMINISTRATOR
):
    """The portal, or we, could not reach the OAuth server."""


class RefreshBusy(NotExecuted, kind="refresh_busy"):
    """Another process is refreshing this token pair and did not finish in time."""


class OperationTimeLimit(NotExecuted, kind="operation_time_limit"):
    """The method's ten-minute budget on this portal is used up (b24restdocs: limits.md)."""


class MethodsPaused(OperationTimeLimit, kind="methods_paused"):
    """The same, known before the call, so that nothing was sent."""


class PortalMoved(NotExecuted, kind="portal_moved", retry=Retry.REROUTED):
    """The portal answers from another address (b24restdocs: change-domen.md). `text`: its host."""


class BatchForbidden(NotExecuted, kind="batch_forbidden", retry=Retry.SINGLY):
    """This method is not allowed inside a batch on this portal."""


class AccessDenied(Refused, kind="access_denied"):
    """No right on the object: not readable, not editable at this stage, or it is gone."""


class AppsRefused(Refused, kind="apps_refused", audience=Audience.ADMINISTRATOR):
    """ACCESS_DENIED of the REST layer itself; for the plan or for the person, which is open."""


class RestNotInPlan(AppsRefused, kind="rest_not_in_plan"):
    """The plan of the portal has no apps."""


class UserNotAuthorized(AppsRefused, kind="user_not_authorized"):
    """This person has never signed in to the portal, or not accepted the invitation yet."""


class LicenceMissing(Refused, kind="licence_missing", audience=Audience.ADMINISTRATOR):
    pass


class ScopeMissing(Refused, kind="scope_missing", audience=Audience.ADMINISTRATOR):
    pass


class CredentialsRefused(Refused, kind="credentials_refused", audience=Audience.ADMINISTRATOR):
    pass


class ClientRefused(CredentialsRefused, kind="client_refused", audience=Audience.OPERATOR):
    """The OAuth server refuses the app's id and secret, or no longer knows the app on this portal.

    Which of the two is open (b24restdocs: settings/oauth/error-codes.md).
    """


class AppNotForUser(Refused, kind="app_not_for_user", audience=Audience.ADMINISTRATOR):
    """The administrator has limited the app to certain people."""


class UserInactive(Refused, kind="user_inactive", audience=Audience.ADMINISTRATOR):
    pass


class GuestRefused(Refused, kind="guest_refused"):
    """External users may not touch the CRM."""


class AppUnpaid(Refused, kind="app_unpaid", audience=Audience.ADMINISTRATOR):
    pass


class ConfirmationPending(Refused, kind="confirmation_pending", audience=Audience.ADMINISTRATOR):
    """An administrator was asked to allow the method; a refresh would lose the question."""


class ConfirmationDenied(Refused, kind="confirmation_denied", audience=Audience.ADMINISTRATOR):
    pass


class Overloaded(Refused, kind="overloaded", audience=Audience.ADMINISTRATOR):
    """Bitrix24 has blocked apps on this portal by hand."""


class MethodMissing(Refused, kind="method_missing", audience=Audience.ADMINISTRATOR):
    """The portal does not know the method: too old, or a module is absent."""


class ItemNotFound(Refused, kind="item_not_found"):
    """What the method was asked for does not exist."""


class PlaceUnknown(Refused, kind="place_unknown", audience=Audience.ADMINISTRATOR):
    """The portal has no such place for apps: too old, or of another edition."""


class MethodRefused(Refused, kind="method_refused"):
    """Code 0 or an empty code: the method's own refusal, told by its text alone."""


class GrantDead(Refused, kind="grant_dead"):
    """The refresh token is used up or revoked; only a new launch brings a living pair."""


class ForeignGrant(Refused, kind="foreign_grant"):
    """The OAuth server answered for another person, another portal or another app."""


class AppNotInstalled(Gone, kind="app_not_installed"):
    pass


class PortalClosed(Gone, kind="portal_closed"):
    pass


class NoAnswer(Unknown, kind="no_answer"):
    """Sent, then nothing: time-out, reset, connection closed."""


class UnreadableAnswer(Unknown, kind="unreadable_answer"):
    """Not JSON, cut short, too large, or not of the documented form: a gateway's page, say."""


class PortalFailed(Unknown, kind="portal_failed"):
    """The portal says that it broke while it worked."""

    is_finished = True


class ResultUnusable(Unknown, kind="result_unusable"):
    """The portal says success and names nothing: `{"result": 0}`."""

    is_finished = True


class UnlistedCode(Unknown, kind="unlisted_code"):
    """A code that is in no table; shown with the portal's own words."""

    is_finished = True
