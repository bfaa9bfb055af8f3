"""Answers about cards and payments: the documented form is read, anything else is unreadable."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from b24app.portals.verification import read_identity
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import AccessDenied, MethodRefused, ResultUnusable, UnreadableAnswer
from payments.formats import day, money
from payments.gateway.card import Look, read_look
from payments.gateway.payments import (
    add_command,
    list_command,
    newer_command,
    read_card,
    read_new_id,
    read_payments,
)
from payments.gateway.products import read_parts, read_products
from payments.limits import MOST_PAYMENTS, MOST_PRODUCTS, MOST_ROWS
from payments.types import DEAL, Card, Item, Payment, summarise

DEAL_101 = Item(DEAL, 101)
ROW: dict[str, Any] = {
    "id": 11,
    "accountNumber": "3653/2",
    "paid": "N",
    "datePaid": None,
    "empPaidId": None,
    "paySystemId": 2,
    "sum": 1200,
    "currency": "EUR",
    "paySystemName": "Cash",
}
CARD: dict[str, Any] = {"item": {"title": "Coffee", "opportunity": 1200.5, "currencyId": "EUR"}}
SOMEBODY = {"ID": "7", "NAME": "Salesperson", "LAST_NAME": "", "ADMIN": False}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)
ODD = JSON | st.sampled_from(["1e999999999", "-1e999999999", "NaN", "Infinity", "1" * 30])


def payments_of(**changes: Any) -> tuple[Payment, ...]:
    return read_payments([{**ROW, **changes}])


def test_of_a_longer_list_the_newest_are_read_however_it_is_ordered() -> None:
    ids = [*range(MOST_PAYMENTS + 10, 3, -1), 1, 2, 3]
    found = read_payments([{**ROW, "id": number} for number in ids])
    assert [payment.id for payment in found] == list(range(11, MOST_PAYMENTS + 11))
    with pytest.raises(UnreadableAnswer):
        read_payments([{**ROW, "id": None}] * (MOST_PAYMENTS + 1))


def test_no_more_parts_and_rows_are_read_than_a_payment_can_have() -> None:
    part = {"id": 1, "paymentId": 11, "quantity": 1}
    assert len(read_parts([part] * MOST_PRODUCTS)) == MOST_PRODUCTS
    with pytest.raises(UnreadableAnswer):
        read_parts([part] * (MOST_PRODUCTS + 1))
    rows = [{"id": 1, "price": 1, "quantity": 1}] * 20_000
    assert len(read_products({"productRows": rows})) == MOST_ROWS + 1


def test_a_payment_is_read_as_documented() -> None:
    (payment,) = payments_of(paid="Y", datePaid="2026-01-14T09:30:00+03:00", sum="1200.10")
    assert (payment.id, payment.number, payment.is_paid) == (11, "3653/2", True)
    assert (payment.amount, payment.currency, payment.pay_system) == (
        Decimal("1200.10"),
        "EUR",
        "Cash",
    )
    assert day(payment.paid_at) == "Jan 14, 2026"


def test_payments_stand_in_the_order_of_their_making() -> None:
    rows = [{**ROW, "id": number} for number in ("12", 9, 100)]
    assert [payment.id for payment in read_payments(rows)] == [9, 12, 100]


def test_a_card_is_read_as_documented() -> None:
    assert read_card(CARD) == Card("Coffee", Decimal("1200.5"), "EUR")
    assert read_card({"item": {}}) == Card("", Decimal(0), "")


def test_a_look_needs_the_payments_and_no_more() -> None:
    whole = BatchAnswer({"card": CARD, "payments": [ROW]}, {})
    assert read_look(DEAL_101, whole).payments[0].number == "3653/2"
    with pytest.raises(UnreadableAnswer):
        read_look(DEAL_101, BatchAnswer({"card": CARD}, {}))
    bare = read_look(DEAL_101, BatchAnswer({"payments": [ROW]}, {}))
    assert (bare.card, bare.rows_error is None) == (Card("", None, "EUR"), False)
    with pytest.raises(AccessDenied):
        read_look(DEAL_101, BatchAnswer({"payments": [ROW]}, {"card": AccessDenied()}))
    with pytest.raises(MethodRefused):
        read_look(DEAL_101, BatchAnswer({"card": CARD}, {"payments": MethodRefused("0")}))


def test_a_command_names_the_card_and_nothing_more() -> None:
    both = {"entityTypeId": 2, "entityId": 101}
    assert add_command(DEAL_101).params == list_command(DEAL_101).params == both
    newer = newer_command(DEAL_101, above_id=11, made_by=7)
    assert newer.params == {**both, "filter": {">id": 11, "empResponsibleId": 7}}


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "x"},
        {"id": []},
        {"id": float("inf")},
        {"id": 2**63},
        {"sum": None},
        {"sum": ""},
        {"sum": "12,00"},
        {"sum": []},
        {"sum": float("nan")},
        {"sum": "Infinity"},
        {"sum": "1e999999999"},
        {"datePaid": "yesterday"},
        {"datePaid": 5},
        {"datePaid": ["2026-01-14"]},
    ],
    ids=repr,
)
def test_a_payment_of_another_form_takes_nothing_from_the_others(changes: dict[str, Any]) -> None:
    odd, good = {**ROW, **changes}, {**ROW, "id": 12}
    assert [payment.id for payment in read_payments([odd, good])] == [12]


@pytest.mark.parametrize("name", ["id", "accountNumber", "paid", "sum", "currency"])
def test_a_payment_without_a_field_is_left_out(name: str) -> None:
    assert read_payments([{key: value for key, value in ROW.items() if key != name}]) == ()


def test_a_list_that_php_wrote_as_a_map_is_one() -> None:
    assert [p.id for p in read_payments({"0": ROW, "2": {**ROW, "id": 12}})] == [11, 12]


@pytest.mark.parametrize("result", [0, -1, True, None, "", "17", 1.5, [], {}, [17], 2**63, "x"])
def test_only_a_positive_number_is_a_new_payment(result: Any) -> None:
    with pytest.raises(ResultUnusable):
        read_new_id(result)
    assert read_new_id(17) == 17


def assert_can_be_shown(look: Look) -> None:
    """A page can be made of it: totals, money, dates and texts."""
    summary = summarise(look.card, look.payments)
    with translation.override("de"):
        shown = [
            look.card.title,
            *(
                money(each or Decimal(0), summary.currency)
                for each in (summary.billed, summary.left)
            ),
        ]
        for payment in look.payments:
            shown += [payment.number, payment.pay_system, day(payment.paid_at)]
            shown += [money(payment.amount, payment.currency)]
    assert len("".join(shown).encode()) < 20_000


@given(
    st.dictionaries(st.sampled_from(sorted(ROW)), ODD),
    st.dictionaries(st.sampled_from(sorted(CARD["item"])), ODD),
)
@example({"id": float("inf")}, {})
@example({"sum": "1e999999999"}, {})
@example({"currency": None}, {})
@example({}, {"opportunity": 1e300})
def test_any_change_is_shown_or_unreadable(row: dict[str, Any], item: dict[str, Any]) -> None:
    card = {"item": {**CARD["item"], **item}}
    answer = BatchAnswer({"card": card, "payments": [{**ROW, **row}]}, {})
    try:
        look = read_look(DEAL_101, answer)
    except UnreadableAnswer:
        return
    assert_can_be_shown(look)


@given(JSON, JSON)
def test_any_answer_is_shown_or_unreadable(card: Any, payments: Any) -> None:
    for answer in (
        BatchAnswer({"card": card, "payments": payments}, {}),
        BatchAnswer({"card": CARD, "payments": [payments]}, {}),
        BatchAnswer({"card": {"item": card}, "payments": []}, {}),
    ):
        try:
            look = read_look(DEAL_101, answer)
        except UnreadableAnswer:
            continue
        assert_can_be_shown(look)


def test_a_person_is_read_as_documented() -> None:
    found = read_identity(BatchAnswer({"app": {"CODE": "local.app"}, "me": SOMEBODY}, {}))
    assert (found.user_id, found.name, found.is_admin) == (7, "Salesperson", False)
    assert found.app_code == "local.app"


@given(st.dictionaries(st.sampled_from(sorted(SOMEBODY)), ODD))
@example({"ID": float("inf")})
@example({"ID": 2**63})
@example({"ID": -1})
@example({"ADMIN": "Y"})
def test_any_person_is_somebody_or_unreadable(changes: dict[str, Any]) -> None:
    answer = BatchAnswer({"app": {"CODE": "local.app"}, "me": {**SOMEBODY, **changes}}, {})
    try:
        found = read_identity(answer)
    except UnreadableAnswer:
        return
    assert 0 < found.user_id < 2**63
    assert found.name.encode() is not None
    assert found.is_admin is (changes.get("ADMIN") is True)


@given(JSON, JSON)
def test_any_answer_is_a_person_or_unreadable(app: Any, me: Any) -> None:
    for answer in (BatchAnswer({"app": app, "me": me}, {}), BatchAnswer({"me": me}, {})):
        try:
            read_identity(answer)
        except UnreadableAnswer:
            continue
        assert json.dumps(me)
