"""A distinctive part of each English sentence that a click can be answered with."""

from __future__ import annotations

ADDED = "added."
CHECKED = "We have checked: payment"
UNCLEAR = "whether the payment was saved."
IN_PROGRESS = "Your payment is just being added"
WAITING = "Many payments are being added at the moment. It is your turn in about"
CROWDED = "Many people in your Bitrix24 are using this app right now, so nothing was changed."
NOT_ADDED = "The payment was not added."
UNKNOWN = "We could not find out whether the payment of your last click was saved."
NOT_CREATED = "Bitrix24 did not create the payment."
CHOOSE = "we cannot tell which one is yours"
CHOOSE_ONE = "1 new payment has appeared, and we cannot tell whether it is yours."
SOMEBODY_WAS_FASTER = "has appeared here since you looked, so nothing was added."
KEY_CONFLICT = "This form has already been used for something else, so nothing was added."
STORAGE_DOWN = "The app cannot save anything at the moment, so nothing was sent."

SESSION_ENDED = "Your session has ended, so no payment was added."
NO_SCOPE = "The app has not been given the permission to use the CRM."
SIGN_IN_REFUSED = "Bitrix24 does not accept the app's sign-in."
SERVER_BUSY = "The server of this app is busy, so nothing was changed."
SIGN_IN_SILENT = "The sign-in service of Bitrix24 does not answer, so nothing was changed."
NOT_INSTALLED = "The app is not installed in this Bitrix24, or not completely."
UNPAID = "The paid period of this app is over."
NO_APPS_IN_PLAN = "Apps are not included in the plan of your Bitrix24."
NOT_SIGNED_IN = (
    "Your account cannot use apps yet: sign in to Bitrix24 once and accept the invitation."
)
APPS_REFUSED = "Bitrix24 does not let your account use apps."
NOT_OPENED = "This app has not been opened for you."
INACTIVE = "Your account is not active in this Bitrix24."
BLOCKED = "Bitrix24 has blocked apps in your Bitrix24 for now."
BUSY = "Bitrix24 is busy at the moment, so nothing was changed."
PAUSED = "Bitrix24 has paused this action"
ASKED = "An administrator has been asked to allow this."
FORBIDDEN = "An administrator has decided against allowing this."
TOO_OLD = "Your Bitrix24 is too old for payments from apps"
CLOSED = "This Bitrix24 is closed at the moment."
UNREACHED = "Bitrix24 could not be reached, so nothing was changed."
MOVED = "Your Bitrix24 has a new address, so nothing was changed."
OUR_FAULT = "The payment was not added: something is wrong in this app."
NO_RIGHT = "You cannot add payments to this deal"
GUEST = "Guests of this Bitrix24 cannot add payments."
PLAN_LIMIT = "The plan of your Bitrix24 does not allow more payments."
NO_DEAL = "This deal no longer exists, so no payment was added."
REFUSED = "Bitrix24 refused to add a payment to this deal."
REFUSED_WORDLESS = "Bitrix24 refused to add a payment to this deal without giving a reason"
WRONG_TYPE = "Payments can be added to deals and invoices only."
ORDER_CANCELLED = "The order behind this deal is cancelled"
NO_ACCESS = "You do not have access to this deal."
GUEST_LOOKS = "Guests of this Bitrix24 have no access to the CRM."

# After these a person may try again; after all others the button waits for a new page.
RETRYABLE = {
    NOT_ADDED,
    NOT_CREATED,
    SIGN_IN_SILENT,
    UNREACHED,
    BUSY,
    PAUSED,
    ASKED,
    REFUSED,
    REFUSED_WORDLESS,
}
