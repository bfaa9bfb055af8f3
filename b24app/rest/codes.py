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

from b24app.rest.errors import (
    KINDS,
    AccessDenied,
    AppNotForUser,
    AppNotInstalled,
    AppsRefused,
    AppUnpaid,
    BatchForbidden,
    ConfirmationDenied,
    ConfirmationPending,
    CredentialsRefused,
    GuestRefused,
    ItemNotFound,
    LicenceMissing,
    MethodMissing,
    MethodRefused,
    OperationTimeLimit,
    OurFault,
    Overloaded,
    PortalClosed,
    PortalFailed,
    RateLimited,
    RestError,
    RestNotInPlan,
    ScopeMissing,
    SignInUnreachable,
    TokenExpired,
    TokenInvalid,
    UnlistedCode,
    UserInactive,
    UserNotAuthorized,
)

TABLE: dict[str, type[RestError]] = {
    "EXPIRED_TOKEN": TokenExpired,
    "INVALID_TOKEN": TokenInvalid,
    "NO_AUTH_FOUND": TokenInvalid,
    "QUERY_LIMIT_EXCEEDED": RateLimited,
    "OPERATION_TIME_LIMIT": OperationTimeLimit,
    "CONNECTION_ERROR": SignInUnreachable,
    "VERIFICATION_NEEDED": SignInUnreachable,
    "ERROR_BATCH_METHOD_NOT_ALLOWED": BatchForbidden,
    "ACCESS_DENIED": AccessDenied,
    "BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION": AccessDenied,
    "INSUFFICIENT_SCOPE": ScopeMissing,
    "INVALID_SCOPE": ScopeMissing,
    "INVALID_CREDENTIALS": CredentialsRefused,
    "USER_ACCESS_ERROR": AppNotForUser,
    "AUTHORIZATION_ERROR": UserInactive,
    "ALLOWED_ONLY_INTRANET_USER": GuestRefused,
    "PAYMENT_REQUIRED": AppUnpaid,
    "WRONG_LICENSE": LicenceMissing,
    "METHOD_CONFIRM_WAITING": ConfirmationPending,
    "METHOD_CONFIRM_DENIED": ConfirmationDenied,
    "OVERLOAD_LIMIT": Overloaded,
    "ERROR_METHOD_NOT_FOUND": MethodMissing,
    "ERROR_MANIFEST_IS_NOT_AVAILABLE": MethodMissing,
    "NOT_FOUND": ItemNotFound,
    "ERROR_NOT_FOUND": ItemNotFound,
    "OWNER_NOT_FOUND": ItemNotFound,
    "200640400001": ItemNotFound,
    "0": MethodRefused,
    "": MethodRefused,
    "APPLICATION_NOT_FOUND": AppNotInstalled,
    "ERROR_OAUTH": AppNotInstalled,
    "NOT_INSTALLED": AppNotInstalled,
    "PORTAL_DELETED": PortalClosed,
    "100": OurFault,
    "22002": OurFault,
    "ERROR_ARGUMENT": OurFault,
    "INVALID_ARG_VALUE": OurFault,
    "REQUIRED_ARG_MISSING": OurFault,
    "INVALID_REQUEST": OurFault,
    "INVALID_HTTP_METHOD": OurFault,
    "WRONG_AUTH_TYPE": OurFault,
    "WRONG_ENCODING": OurFault,
    "ERROR_CHECK_FAILURE": OurFault,
    "ERROR_BATCH_LENGTH_EXCEEDED": OurFault,
    "ERROR_CORE": PortalFailed,
    "INTERNAL_SERVER_ERROR": PortalFailed,
    "ERROR_UNEXPECTED_ANSWER": PortalFailed,
    "INTERNAL_WRONG_TRANSPORT": PortalFailed,
    "INTERNAL_WRONG_HANDLER_CLASS": PortalFailed,
}


# It needs no permission and no right, so that the REST layer alone can refuse it.
PROBE = "profile"
_OF_THE_LAYER = ("batch", PROBE)
# English in every portal; a method that is for administrators alone says the third.
_FIXED_TEXTS: dict[str, type[RestError]] = {
    "rest is available only ": RestNotInPlan,
    "current user can't be authorized": UserNotAuthorized,
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
