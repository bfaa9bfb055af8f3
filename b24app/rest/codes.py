"""Which class of the error tree an answer's code means: one table, closed by default.

The start adds the codes of the app's own methods (b24app/spec.py).

ACCESS_DENIED alone means three things: a right on the object is missing, the plan has no apps, or
this person may not use any yet. The code is the same for all, documented and real statuses differ,
and texts of methods are translated (b24restdocs: _includes/system-errors.md; Bitrix24's modules:
rest/lib/oauth/auth.php, rest/lib/apauth/auth.php, crm/lib/controller/base.php). So it is decided
here by the REST layer's own English texts and, where they say nothing, by asking PROBE.
"""

from __future__ import annotations

from http import HTTPStatus

from b24app.rest import errors
from b24app.rest.errors import KINDS, AccessDenied, AppsRefused, RestError, UnlistedCode

TABLE: dict[str, type[RestError]] = {
    "EXPIRED_TOKEN": errors.TokenExpired,
    "INVALID_TOKEN": errors.TokenInvalid,
    "NO_AUTH_FOUND": errors.TokenInvalid,
    "QUERY_LIMIT_EXCEEDED": errors.RateLimited,
    "OPERATION_TIME_LIMIT": errors.OperationTimeLimit,
    "CONNECTION_ERROR": errors.SignInUnreachable,
    "VERIFICATION_NEEDED": errors.SignInUnreachable,
    "ERROR_BATCH_METHOD_NOT_ALLOWED": errors.BatchForbidden,
    "ACCESS_DENIED": AccessDenied,
    "BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION": AccessDenied,
    "INSUFFICIENT_SCOPE": errors.ScopeMissing,
    "INVALID_SCOPE": errors.ScopeMissing,
    "INVALID_CREDENTIALS": errors.CredentialsRefused,
    "USER_ACCESS_ERROR": errors.AppNotForUser,
    "AUTHORIZATION_ERROR": errors.UserInactive,
    "ALLOWED_ONLY_INTRANET_USER": errors.GuestRefused,
    "PAYMENT_REQUIRED": errors.AppUnpaid,
    "WRONG_LICENSE": errors.LicenceMissing,
    "METHOD_CONFIRM_WAITING": errors.ConfirmationPending,
    "METHOD_CONFIRM_DENIED": errors.ConfirmationDenied,
    "OVERLOAD_LIMIT": errors.Overloaded,
    "ERROR_METHOD_NOT_FOUND": errors.MethodMissing,
    "ERROR_PLACEMENT_NOT_FOUND": errors.PlaceUnknown,
    "ERROR_MANIFEST_IS_NOT_AVAILABLE": errors.MethodMissing,
    "NOT_FOUND": errors.ItemNotFound,
    "ERROR_NOT_FOUND": errors.ItemNotFound,
    "OWNER_NOT_FOUND": errors.ItemNotFound,
    "200640400001": errors.ItemNotFound,
    "0": errors.MethodRefused,
    "": errors.MethodRefused,
    "APPLICATION_NOT_FOUND": errors.AppNotInstalled,
    "ERROR_OAUTH": errors.AppNotInstalled,
    "NOT_INSTALLED": errors.AppNotInstalled,
    "PORTAL_DELETED": errors.PortalClosed,
    "100": errors.OurFault,
    "22002": errors.OurFault,
    "ERROR_ARGUMENT": errors.OurFault,
    "INVALID_ARG_VALUE": errors.OurFault,
    "REQUIRED_ARG_MISSING": errors.OurFault,
    "INVALID_REQUEST": errors.OurFault,
    "INVALID_HTTP_METHOD": errors.OurFault,
    "WRONG_AUTH_TYPE": errors.OurFault,
    "WRONG_ENCODING": errors.OurFault,
    "ERROR_CHECK_FAILURE": errors.OurFault,
    "ERROR_BATCH_LENGTH_EXCEEDED": errors.OurFault,
    "ERROR_CORE": errors.PortalFailed,
    "INTERNAL_SERVER_ERROR": errors.PortalFailed,
    "ERROR_UNEXPECTED_ANSWER": errors.PortalFailed,
    "INTERNAL_WRONG_TRANSPORT": errors.PortalFailed,
    "INTERNAL_WRONG_HANDLER_CLASS": errors.PortalFailed,
}


# It needs no permission and no right, so that the REST layer alone can refuse it.
PROBE = "profile"
_OF_THE_LAYER = ("batch", PROBE)
# English in every portal; a method that is for administrators alone says the third.
_FIXED_TEXTS: dict[str, type[RestError]] = {
    "rest is available only ": errors.RestNotInPlan,
    "current user can't be authorized": errors.UserNotAuthorized,
    "access denied!": AccessDenied,
}


def from_answer(*, method: str, code: object, text: str, status: int | None) -> RestError:
    """The error of the tree for an answer `{"error": code, "error_description": text}`.

    `status` is None for a command inside a batch.
    """
    key = str(code).strip()
    kind = TABLE.get(key.upper(), UnlistedCode)
    # Inside a batch the REST layer has let the token in.
    if kind is AccessDenied and status is not None:
        is_of_the_layer = method in _OF_THE_LAYER or status == HTTPStatus.UNAUTHORIZED
        kind = _said(text) or (AppsRefused if is_of_the_layer else AccessDenied)
    return kind(key, text, status)


def is_open(error: RestError, *, method: str) -> bool:
    """Whether the class of `error` is a guess by its status, which PROBE can settle."""
    if not isinstance(error, AccessDenied | AppsRefused) or error.status is None:
        return False
    is_of_both = error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    return _said(error.text) is None and method != PROBE and (is_of_both or method == "batch")


def settled(error: RestError, refusal: RestError | None) -> RestError:
    """What an open error is after PROBE was asked with the same token: `refusal`, or it answered.

    An answer leaves the right on the object. A refusal is the REST layer's, for its own reason.
    Whatever else became of the question leaves the guess.
    """
    if refusal is None:
        kind: type[RestError] = AccessDenied
    elif isinstance(refusal, AppsRefused):
        kind = type(refusal)
    else:
        return error
    return kind(error.code, error.text, error.status)


def _said(text: str) -> type[RestError] | None:
    """What the REST layer's own words mean; None for all other words."""
    words = " ".join(text.lower().replace("\u2019", "'").split())
    return next((kind for start, kind in _FIXED_TEXTS.items() if words.startswith(start)), None)


def from_record(*, kind: str, code: str, text: str, status: int | None) -> RestError:
    """An error as it was once written down by its kind."""
    return KINDS.get(kind, UnlistedCode)(code, text, status)
