"""How a portal says no: system errors, and the errors of methods in the portal's language.

b24restdocs: _includes/system-errors.md, error-codes.md.
"""

from __future__ import annotations

from typing import Any


class RestError(Exception):
    """A refusal. `is_denied` marks those whose HTTP status the portal's switch decides."""

    def __init__(
        self, code: str, text: str = "", status: int = 400, *, is_denied: bool = False, **extra: Any
    ) -> None:
        super().__init__(code, text, status)
        self.code = code
        self.text = text
        self.status = status
        self.is_denied = is_denied
        self.extra = extra

    def body(self, code_style: str) -> dict[str, Any]:
        """The JSON body; the codes 0 and 100 are numbers in the style "number"."""
        code: str | int = self.code
        if code_style == "number" and code in ("0", "100"):
            code = int(code)
        return {"error": code, "error_description": self.text, **self.extra}


SYSTEM: dict[str, tuple[str, int]] = {
    "ERROR_METHOD_NOT_FOUND": ("Method not found!", 404),
    "NO_AUTH_FOUND": ("Wrong authorization data", 401),
    "expired_token": ("The access token provided has expired.", 401),
    "invalid_token": ("Unable to get application by token", 401),
    "insufficient_scope": (
        "The request requires higher privileges than provided by the access token",
        401,
    ),
    "INVALID_CREDENTIALS": ("Invalid request credentials", 401),
    "APPLICATION_NOT_FOUND": ("Application not found", 401),
    "ERROR_OAUTH": ("Application not installed", 401),
    "PAYMENT_REQUIRED": ("Payment required", 401),
    "user_access_error": ("The user does not have access to the application.", 401),
    "authorization_error": ("Unable to authorize user", 401),
    "CONNECTION_ERROR": ("Error connecting to authorization server", 401),
    "OVERLOAD_LIMIT": ("REST API is blocked due to overload.", 401),
    "QUERY_LIMIT_EXCEEDED": ("Too many requests", 503),
    "OPERATION_TIME_LIMIT": ("Method is blocked due to operation time limit.", 429),
    "PORTAL_DELETED": ("Portal was deleted", 403),
    "ACCESS_DENIED": ("Access denied!", 403),
    "WRONG_AUTH_TYPE": ("Current authorization type is denied for this method", 403),
    "ERROR_BATCH_LENGTH_EXCEEDED": ("Max batch length exceeded", 400),
    "ERROR_BATCH_METHOD_NOT_ALLOWED": ("Method is not allowed for batch usage", 405),
    "allowed_only_intranet_user": ("Only intranet users are allowed", 403),
    "INTERNAL_SERVER_ERROR": ("Internal server error", 500),
}


# Where the documentation names another status than the source sets.
DOCUMENTED = {
    "insufficient_scope": 403,
    "INVALID_CREDENTIALS": 403,
    "user_access_error": 403,
    "OVERLOAD_LIMIT": 503,
    "PORTAL_DELETED": 500,
    "ACCESS_DENIED": 400,
}


def system_error(
    code: str, *, text: str | None = None, status: int | None = None, statuses: str = "source"
) -> RestError:
    """A system error by its code, with its usual text and HTTP status unless others are given.

    `statuses` is the portal's switch: as in the "source", or as in the "docs".
    """
    usual, usual_status = SYSTEM.get(code, ("", 400))
    if statuses == "docs":
        usual_status = DOCUMENTED.get(code, usual_status)
    return RestError(code, usual if text is None else text, status or usual_status)


PHRASES: dict[str, tuple[str, str, str]] = {
    "denied": ("Access denied", "Zugriff verweigert", "Доступ запрещен"),
    "plan_limit": (
        "You cannot create more payments on your current plan.",
        "Mit Ihrem Tarif können Sie keine weiteren Zahlungen erstellen.",
        "На вашем тарифе больше нельзя создавать оплаты.",
    ),
    "unknown_type": (
        "Unknown entity type: {id}.",
        "Unbekannter Elementtyp: {id}.",
        "Неизвестный тип: {id}.",
    ),
    "no_payments": (
        "Cannot create payment for this entity.",
        "Für dieses Element kann keine Zahlung erstellt werden.",
        "Для этого элемента нельзя создать оплату.",
    ),
    "no_item": (
        "Entity ID #{id} does not exist.",
        "Element #{id} existiert nicht.",
        "Элемент #{id} не существует.",
    ),
    "no_payment": (
        "Payment has not been found",
        "Zahlung wurde nicht gefunden",
        "Оплата не найдена",
    ),
    "empty_fields": ("Empty fields", "Leere Felder", "Пустые поля"),
    "no_pay_system": (
        "Payment system has not been found",
        "Zahlungssystem wurde nicht gefunden",
        "Платежная система не найдена",
    ),
    "quantity": (
        "Product quantity must be greater than zero.",
        "Die Menge muss größer als null sein.",
        "Количество должно быть больше нуля.",
    ),
    "no_order": (
        "Order binding has not been found",
        "Verknüpfung zum Auftrag nicht gefunden",
        "Привязка к заказу не найдена",
    ),
    "no_product": (
        "Product was not found.",
        "Produkt wurde nicht gefunden.",
        "Товар не найден.",
    ),
    "no_stock": (
        "Insufficient product stock.",
        "Nicht genügend Produkte vorhanden.",
        "Недостаточно товара.",
    ),
    "no_links": (
        "Entity does not support links with catalog products",
        "Das Element unterstützt keine Verknüpfung mit Produkten",
        "Элемент не поддерживает товары каталога",
    ),
    "no_part": (
        "Payable item has not been found",
        "Zahlungsposition wurde nicht gefunden",
        "Позиция оплаты не найдена",
    ),
    "no_shipment": (
        "Shipment was not found.",
        "Lieferung wurde nicht gefunden.",
        "Отгрузка не найдена.",
    ),
    "paid_delete": (
        "Partial payment done. Cancel payment",
        "Zahlung ist erfolgt. Stornieren Sie die Zahlung",
        "Оплата произведена. Отмените оплату",
    ),
    "cancelled": (
        "The order is cancelled.",
        "Der Auftrag ist storniert.",
        "Заказ отменен.",
    ),
    "no_money": (
        "Insufficient funds",
        "Nicht genügend Guthaben",
        "Недостаточно средств",
    ),
    "field_exists": (
        "The field {name} already exists.",
        "Das Feld {name} existiert bereits.",
        "Поле {name} уже существует.",
    ),
    "field_too_long": (
        "The name of the field {name} is too long.",
        "Der Name des Feldes {name} ist zu lang.",
        "Имя поля {name} слишком длинное.",
    ),
    "field_wrong": (
        "The field {name} is not defined correctly.",
        "Das Feld {name} ist falsch definiert.",
        "Поле {name} задано неверно.",
    ),
    "field_required": (
        "The field {name} is required.",
        "Das Feld {name} ist erforderlich.",
        "Поле {name} обязательно для заполнения.",
    ),
    "many_orders": (
        "This method does not support multiple orders.",
        "Diese Methode unterstützt nicht mehrere Aufträge.",
        "Метод не поддерживает несколько заказов.",
    ),
    "no_owner": ("Owner was not found", "Element wurde nicht gefunden", "Владелец не найден"),
    "not_found": ("Not found", "Nicht gefunden", "Не найдено"),
    "type_not_supported": (
        "Entity type is not supported",
        "Elementtyp wird nicht unterstützt",
        "Тип не поддерживается",
    ),
}

_LANGUAGES = {"en": 0, "de": 1, "ru": 2}


def phrase(key: str, language: str, **values: Any) -> str:
    """A method's text in en, de or ru; empty in any other language."""
    place = _LANGUAGES.get(language)
    return "" if place is None else PHRASES[key][place].format(**values)
