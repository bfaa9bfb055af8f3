"""Which class of the error tree an answer's code means: one table, closed by default."""

from __future__ import annotations

from b24app.rest import errors
from b24app.rest.errors import (
    AccessDenied,
    AppNotForUser,
    AppNotInstalled,
    AppUnpaid,
    BatchForbidden,
    ConfirmationDenied,
    ConfirmationPending,
    CredentialsRefused,
    GuestRefused,
    ItemNotFound,
    ItemTypeUnsupported,
    LicenceMissing,
    MethodMissing,
    MethodRefused,
    OperationTimeLimit,
    OrderCancelled,
    OurFault,
    Overloaded,
    PaymentPaid,
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
    "ENTITY_TYPE_NOT_SUPPORTED": ItemTypeUnsupported,
    "SALE_PAYMENT_DELETE_EXIST_PAID": PaymentPaid,
    "SALE_ORDER_PAID_ORDER_CANCELED": OrderCancelled,
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


def from_answer(*, method: str, code: object, text: str, status: int | None) -> RestError:
    """The error of the tree for an answer `{"error": code, "error_description": text}`.

    `status` is None for a command inside a batch. ACCESS_DENIED means two things: on the batch as
    a whole, or with 401, the REST layer refuses apps on this plan; else a right is missing.
    """
    key = str(code).strip()
    kind = TABLE.get(key.upper(), UnlistedCode)
    if kind is AccessDenied and (method == "batch" or status == 401):
        kind = RestNotInPlan
    return kind(key, text, status)


def from_record(*, kind: str, code: str, text: str, status: int | None) -> RestError:
    """An error as it was once written down by its class's name."""
    found = getattr(errors, kind, UnlistedCode)
    is_error = isinstance(found, type) and issubclass(found, RestError)
    return (found if is_error else UnlistedCode)(code, text, status)
