"""The error codes that a click can meet, with their HTTP statuses and what a person then reads.

Spellings and statuses as Bitrix24's sources and its documentation name them; None stands for the
status that the portal's switch gives
(b24restdocs: _includes/system-errors.md, error-codes.md, settings/oauth/error-codes.md).
"""

from __future__ import annotations

from tests.support.pages import sentences as say

Row = tuple[str, int | None, str]
SYSTEM: list[Row] = [
    ("insufficient_scope", None, say.NO_SCOPE),
    ("INSUFFICIENT_SCOPE", 403, say.NO_SCOPE),
    ("invalid_scope", 401, say.NO_SCOPE),
    ("INVALID_CREDENTIALS", None, say.SIGN_IN_REFUSED),
    ("APPLICATION_NOT_FOUND", 401, say.NOT_INSTALLED),
    ("ERROR_OAUTH", 401, say.NOT_INSTALLED),
    ("NOT_INSTALLED", 401, say.NOT_INSTALLED),
    ("PAYMENT_REQUIRED", 401, say.UNPAID),
    ("user_access_error", None, say.NOT_OPENED),
    ("USER_ACCESS_ERROR", 403, say.NOT_OPENED),
    ("authorization_error", 401, say.INACTIVE),
    ("AUTHORIZATION_ERROR", 401, say.INACTIVE),
    ("OVERLOAD_LIMIT", None, say.BLOCKED),
    ("OPERATION_TIME_LIMIT", 429, say.PAUSED),
    ("METHOD_CONFIRM_WAITING", 401, say.ASKED),
    ("METHOD_CONFIRM_DENIED", 403, say.FORBIDDEN),
    ("PORTAL_DELETED", None, say.CLOSED),
    ("PORTAL_DELETED", 410, say.CLOSED),
    ("ERROR_METHOD_NOT_FOUND", 404, say.TOO_OLD),
    ("ERROR_MANIFEST_IS_NOT_AVAILABLE", 404, say.TOO_OLD),
    ("INVALID_REQUEST", 400, say.OUR_FAULT),
    ("WRONG_ENCODING", 400, say.OUR_FAULT),
    ("WRONG_AUTH_TYPE", 403, say.OUR_FAULT),
    ("ERROR_CORE", 500, say.NOT_ADDED),
    ("INTERNAL_SERVER_ERROR", 500, say.NOT_ADDED),
    ("ERROR_UNEXPECTED_ANSWER", 500, say.NOT_ADDED),
    ("INTERNAL_WRONG_TRANSPORT", 500, say.NOT_ADDED),
    ("INTERNAL_WRONG_HANDLER_CLASS", 500, say.NOT_ADDED),
    ("SOMETHING_NEW", 400, say.NOT_ADDED),
    ("SOMETHING_NEW", 500, say.NOT_ADDED),
]
METHOD: list[Row] = [
    ("ACCESS_DENIED", None, say.NO_RIGHT),
    ("allowed_only_intranet_user", 403, say.GUEST),
    ("ALLOWED_ONLY_INTRANET_USER", 403, say.GUEST),
    ("insufficient_scope", None, say.NO_SCOPE),
    ("WRONG_LICENSE", 403, say.PLAN_LIMIT),
    ("METHOD_CONFIRM_WAITING", 401, say.ASKED),
    ("METHOD_CONFIRM_DENIED", 403, say.FORBIDDEN),
    ("OPERATION_TIME_LIMIT", 429, say.PAUSED),
    ("ERROR_METHOD_NOT_FOUND", 404, say.TOO_OLD),
    ("NOT_FOUND", 400, say.NO_DEAL),
    ("ERROR_NOT_FOUND", 400, say.NO_DEAL),
    ("OWNER_NOT_FOUND", 400, say.NO_DEAL),
    ("ENTITY_TYPE_NOT_SUPPORTED", 400, say.WRONG_TYPE),
    ("SALE_ORDER_PAID_ORDER_CANCELED", 400, say.ORDER_CANCELLED),
    ("0", 400, say.REFUSED),
    ("0", 403, say.REFUSED),
    ("", 400, say.REFUSED),
    ("100", 400, say.OUR_FAULT),
    ("22002", 400, say.OUR_FAULT),
    ("ERROR_ARGUMENT", 400, say.OUR_FAULT),
    ("ERROR_ARGUMENT", 200, say.OUR_FAULT),
    ("INVALID_ARG_VALUE", 400, say.OUR_FAULT),
    ("ERROR_CORE", 400, say.NOT_ADDED),
    ("SOMETHING_NEW", 400, say.NOT_ADDED),
]
RENEWED = ["expired_token", "EXPIRED_TOKEN", "invalid_token", "INVALID_TOKEN", "NO_AUTH_FOUND"]
REPEATED: list[Row] = [
    ("QUERY_LIMIT_EXCEEDED", 503, say.BUSY),
    ("CONNECTION_ERROR", 401, say.SIGN_IN_SILENT),
    ("verification_needed", 401, say.SIGN_IN_SILENT),
]
QUOTED = {
    "0",
    "",
    "WRONG_LICENSE",
    "SOMETHING_NEW",
    "ERROR_CORE",
    "INTERNAL_SERVER_ERROR",
    "ERROR_UNEXPECTED_ANSWER",
    "INTERNAL_WRONG_TRANSPORT",
    "INTERNAL_WRONG_HANDLER_CLASS",
}
