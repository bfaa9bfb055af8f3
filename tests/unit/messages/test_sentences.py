"""The sentences: every error has its own, in both languages, and none of them says too much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.utils import timezone, translation

from b24app.messages.notice import QUOTE_LENGTH, Notice, Table, Tone
from b24app.messages.rest_errors import WORDINGS, explain
from b24app.rest import errors
from b24app.rest.codes import from_answer
from b24app.rest.errors import RestError
from b24app.rest.remedy import Retry
from payments.commands.others import Other
from payments.errors import ItemTypeUnsupported
from payments.messages import adding as messages
from payments.messages import errors as wordings
from payments.messages.adding import explain_add, explain_look
from payments.types import Payment

pytestmark = pytest.mark.pure

DETAILS = re.compile(
    r"([A-Za-z0-9_.-]{1,64} · )?(HTTP \d{3} · )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
)


def classes(root: type[RestError] = RestError) -> Iterator[type[RestError]]:
    """The public tree; a room's own kind of an error speaks like its parent."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from classes(child)


CLASSES = list(classes())
LEAVES = [kind for kind in CLASSES if not kind.__subclasses__()]


def every_notice(error: RestError, *, is_admin: bool) -> list[Notice]:
    """What any part of the app says about an error."""
    both = (False, True)
    return [
        explain(error, is_admin=is_admin),
        *(explain_look(error, is_admin=is_admin, is_invoice=is_invoice) for is_invoice in both),
        *(
            explain_add(error, is_admin=is_admin, is_invoice=is_invoice, is_item_gone=is_gone)
            for is_invoice, is_gone in product(both, both)
        ),
    ]


PAYMENT = Payment(5, "3653/2", False, None, Decimal(5), "EUR", "Cash")


def made(*, minutes: int) -> Other:
    return Other(5, "3653/2", "Anna", timezone.now() - timedelta(minutes=minutes), click=1)


OUTCOMES: dict[str, Callable[[], Notice]] = {
    "added": lambda: messages.added(number="3653/2", amount="€5.00", is_empty=False),
    "added empty": lambda: messages.added(number="3653/2", amount="€0.00", is_empty=True),
    "added, amount unknown": lambda: messages.added(number="3653/2", amount="", is_empty=False),
    "found": lambda: messages.added(number="3653/2", amount="€5.00", is_empty=False, was_lost=True),
    "found empty": lambda: messages.added(number="3653/2", amount="", is_empty=True, was_lost=True),
    "found, amount unknown": lambda: messages.added(
        number="3653/2", amount="", is_empty=False, was_lost=True
    ),
    "in progress": messages.in_progress,
    "checking": lambda: messages.checking(is_slow=False),
    "still checking": lambda: messages.checking(is_slow=True),
    "not added": messages.not_added,
    "unknown": messages.unknown,
    "several": lambda: messages.ambiguous(count=2),
    "faster": lambda: messages.someone_was_faster(Other(5, "3653/2"), None),
    "faster, by name": lambda: messages.someone_was_faster(made(minutes=0), PAYMENT),
    "faster, minutes ago": lambda: messages.someone_was_faster(made(minutes=3), PAYMENT),
    "just adding": lambda: messages.someone_was_faster(Other(None), None),
    "nothing sent": messages.nothing_sent,
    "key conflict": messages.key_conflict,
}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_has_a_row_of_its_own(kind: type[RestError]) -> None:
    assert kind in WORDINGS


def test_a_new_class_speaks_like_its_parent() -> None:
    class Newcomer(errors.LicenceMissing, kind="newcomer"):
        pass

    parent, child = errors.LicenceMissing("X"), Newcomer("X")
    assert explain(child, is_admin=True).text == explain(parent, is_admin=True).text


@pytest.mark.parametrize("is_admin", [False, True])
@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_is_told_in_both_languages(kind: type[RestError], is_admin: bool) -> None:
    error = kind("CODE", "The portal's own words", 400)
    with translation.override("en"):
        english = every_notice(error, is_admin=is_admin)
    with translation.override("de"):
        german = every_notice(error, is_admin=is_admin)
    for en, de in zip(english, german, strict=True):
        assert_translated(en, de)
        assert en.next_step or en.admin_step


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_outcome_is_told_in_both_languages(name: str) -> None:
    with translation.override("en"):
        english = OUTCOMES[name]()
    with translation.override("de"):
        german = OUTCOMES[name]()
    assert_translated(english, german)


def assert_translated(en: Notice, de: Notice) -> None:
    assert en.text
    for field in ("text", "next_step", "admin_step"):
        english, german = getattr(en, field), getattr(de, field)
        assert english != german or english == german == ""
        assert "%(" not in english + german
    assert (en.tone, en.can_retry, en.quote) == (de.tone, de.can_retry, de.quote)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_open_outcome_never_offers_a_second_add(kind: type[RestError]) -> None:
    notice = explain_add(kind("CODE"), is_admin=False, is_invoice=False)
    is_open = issubclass(kind, errors.Unknown) and kind is not errors.ResultUnusable
    assert (notice.text == messages.checking(is_slow=False).text) == is_open
    assert not (is_open and notice.can_retry)


@pytest.mark.parametrize("kind", LEAVES)
def test_what_waits_for_the_reader_may_be_tried_again(kind: type[RestError]) -> None:
    """A pause that cures an error is worth a button; a refusal of rights is not."""
    can_retry = explain(kind("CODE"), is_admin=False).can_retry
    if kind.retry is Retry.BACKOFF:
        assert can_retry
    if kind in {errors.AccessDenied, errors.OurFault} or issubclass(kind, errors.Gone):
        assert not can_retry


@pytest.mark.parametrize("kind", CLASSES)
def test_a_quote_is_short_and_on_one_line(kind: type[RestError]) -> None:
    error = kind("0", "No\nway <b>" + "x" * 1000, 400)
    for notice in every_notice(error, is_admin=False):
        assert len(notice.quote) <= QUOTE_LENGTH
        assert not notice.quote or notice.quote.startswith("No way <b>xxx")


def test_a_quote_comes_only_where_the_portal_refused_in_words_alone() -> None:
    quoting = {
        kind for kind in LEAVES if explain(kind("0", "Words", 400), is_admin=False).quote == "Words"
    }
    assert quoting == {errors.LicenceMissing, errors.MethodRefused, errors.UnlistedCode}
    assert messages.not_added(quote="Words", code="0").quote == "Words"


@pytest.mark.parametrize("is_invoice", [False, True])
def test_a_refusal_without_words_says_so(is_invoice: bool) -> None:
    notice = explain_add(
        errors.MethodRefused("0", " \n", 400), is_admin=False, is_invoice=is_invoice
    )
    assert "without giving a reason" in notice.text
    assert notice.quote == ""


@pytest.mark.parametrize("status", [None, 403])
@pytest.mark.parametrize(
    "code", ["", "0", "ACCESS_DENIED", "{'message': 'Bearer fake'}", "x" * 65, "two words", "<b>"]
)
@pytest.mark.parametrize("kind", LEAVES)
def test_details_hold_code_status_and_time_alone(
    kind: type[RestError], code: str, status: int | None
) -> None:
    for notice in every_notice(kind(code, "fake-token", status), is_admin=True):
        assert DETAILS.fullmatch(notice.details)
        assert ("HTTP 403" in notice.details) == (status == 403)


def test_details_of_a_lost_payment_name_the_code() -> None:
    assert DETAILS.fullmatch(messages.not_added(code="ERROR_CORE").details)
    assert messages.not_added().details == ""


def test_only_an_administrator_is_told_directly() -> None:
    error = errors.AppUnpaid("PAYMENT_REQUIRED", "", 401)
    step = explain(error, is_admin=True).admin_step
    assert explain(error, is_admin=False).admin_step == f"Ask your administrator: {step}"


@pytest.mark.parametrize(
    ("of_deal", "of_invoice"),
    [
        (wordings.ADD_TO_DEAL, wordings.ADD_TO_INVOICE),
        (wordings.LOOK_AT_DEAL, wordings.LOOK_AT_INVOICE),
    ],
)
def test_an_invoice_is_never_called_a_deal(of_deal: Table, of_invoice: Table) -> None:
    assert of_deal.keys() == of_invoice.keys()
    for kind in of_deal:
        deal, invoice = (
            f"{notice.text} {notice.next_step} {notice.admin_step}"
            for notice in (table[kind].notice(is_admin=True) for table in (of_deal, of_invoice))
        )
        if kind is not ItemTypeUnsupported:
            assert "deal" not in invoice
            assert "invoice" not in deal


def test_a_payment_is_named_with_its_amount() -> None:
    assert OUTCOMES["added"]().text == "Payment 3653/2 for €5.00 added."
    assert "no products" in OUTCOMES["added empty"]().text
    assert OUTCOMES["added, amount unknown"]().text == "Payment 3653/2 added."
    assert {OUTCOMES[name]().tone for name in ("added", "added empty", "found")} == {Tone.SUCCESS}


def test_somebody_elses_payment_is_told_by_name_number_amount_and_time() -> None:
    assert "Anna added payment 3653/2 for €5.00 a moment ago" in OUTCOMES["faster, by name"]().text
    assert "for €5.00 3 minutes ago" in OUTCOMES["faster, minutes ago"]().text
    assert messages.someone_was_faster(made(minutes=90), PAYMENT) == OUTCOMES["faster"]()
    assert OUTCOMES["just adding"]().text.startswith("A colleague is just adding a payment")


# What Bitrix24 answers to crm.item.payment.add, and what the salesperson reads.
ANSWERS = [
    ("ACCESS_DENIED", 403, "You cannot add payments to this deal"),
    ("ACCESS_DENIED", 400, "You cannot add payments to this deal"),
    ("ACCESS_DENIED", None, "You cannot add payments to this deal"),
    ("ACCESS_DENIED", 401, "does not let your account use apps"),
    ("0", 403, "refused to add a payment to this deal"),
    (0, 400, "refused to add a payment to this deal"),
    ("0", None, "refused to add a payment to this deal"),
    ("", 400, "refused to add a payment to this deal"),
    ("100", 400, "something is wrong in this app"),
    (100, 400, "something is wrong in this app"),
    ("NOT_FOUND", 400, "This deal no longer exists"),
    ("ENTITY_TYPE_NOT_SUPPORTED", 400, "deals and invoices only"),
    ("allowed_only_intranet_user", 403, "Guests of this Bitrix24 cannot add payments"),
    ("WRONG_LICENSE", 403, "does not allow more payments"),
    ("ERROR_METHOD_NOT_FOUND", 404, "too old for payments from apps"),
    ("expired_token", 401, "Your session has ended"),
    ("invalid_token", 401, "Your session has ended"),
    ("NO_AUTH_FOUND", 401, "Your session has ended"),
    ("insufficient_scope", 403, "has not been given the permission"),
    ("insufficient_scope", 401, "has not been given the permission"),
    ("user_access_error", 403, "has not been opened for you"),
    ("user_access_error", 401, "has not been opened for you"),
    ("authorization_error", 401, "Your account is not active"),
    ("PAYMENT_REQUIRED", 401, "The paid period of this app is over"),
    ("APPLICATION_NOT_FOUND", 401, "The app is not installed"),
    ("ERROR_OAUTH", 401, "The app is not installed"),
    ("CONNECTION_ERROR", 401, "sign-in service of Bitrix24 does not answer"),
    ("QUERY_LIMIT_EXCEEDED", 503, "Bitrix24 is busy"),
    ("OPERATION_TIME_LIMIT", 429, "has paused this action"),
    ("OVERLOAD_LIMIT", 503, "has blocked apps"),
    ("OVERLOAD_LIMIT", 401, "has blocked apps"),
    ("PORTAL_DELETED", 403, "is closed at the moment"),
    ("PORTAL_DELETED", 500, "is closed at the moment"),
    ("METHOD_CONFIRM_WAITING", 401, "has been asked to allow this"),
    ("METHOD_CONFIRM_DENIED", 403, "decided against allowing this"),
    ("SALE_ORDER_PAID_ORDER_CANCELED", 400, "order behind this deal is cancelled"),
    ("ERROR_CORE", 500, "We do not know yet"),
    ("INTERNAL_SERVER_ERROR", 500, "We do not know yet"),
    ("SOMETHING_NEW", 400, "We do not know yet"),
]


@pytest.mark.parametrize(("code", "status", "expected"), ANSWERS)
def test_an_answer_to_an_add_is_told_in_plain_words(
    code: object, status: int | None, expected: str
) -> None:
    error = from_answer(method="crm.item.payment.add", code=code, text="Wortlaut", status=status)
    assert expected in explain_add(error, is_admin=False, is_invoice=False).text


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_for_a_deal_that_is_gone_says_that(status: int) -> None:
    error = from_answer(
        method="crm.item.payment.add", code="ACCESS_DENIED", text="Access denied", status=status
    )
    notice = explain_add(error, is_admin=False, is_invoice=True, is_item_gone=True)
    assert notice.text.startswith("This invoice no longer exists")
    assert f"ACCESS_DENIED · HTTP {status}" in notice.details


def test_a_payment_without_a_pay_system_points_at_the_settings() -> None:
    notice = explain_add(errors.ResultUnusable(status=200), is_admin=True, is_invoice=False)
    assert "Probably no payment method is set up" in notice.text
    assert "payment systems" in notice.admin_step
