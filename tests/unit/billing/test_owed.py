"""What a deal owes: left by its own currency alone, unknown where nobody can know it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from payments.billing.owed import Deal, Doubt, Sums, debt_of, total_sums
from payments.types import Payment

JANUARY, MARCH = (datetime(2026, month, 31, 23, tzinfo=UTC) for month in (1, 3))


def deal(amount: str | None = "100", currency: str = "EUR") -> Deal:
    return Deal(7, "Deal", None if amount is None else Decimal(amount), currency, JANUARY)


def payment(amount: str, currency: str = "EUR", *, paid: bool = False) -> Payment:
    at = MARCH if paid else None
    return Payment(1, "7/1", paid, at, Decimal(amount), currency, "Cash")


def sums(open: str = "0", paid: str = "0", left: str = "0", unsure: int = 0) -> Sums:
    return Sums(Decimal(open), Decimal(paid), Decimal(left), unsure)


def test_left_is_the_amount_less_what_is_paid_and_open_is_part_of_it() -> None:
    debt = debt_of(deal(), [payment("30"), payment("50", paid=True)])
    assert debt.sums == {"EUR": sums("30", "50", "50")}
    assert (debt.left("EUR"), debt.is_settled, debt.doubts) == (Decimal(50), False, frozenset())


def test_a_deal_that_nobody_has_billed_owes_all() -> None:
    assert debt_of(deal(), []).left("EUR") == Decimal(100)


def test_what_is_paid_twice_is_said_and_owes_nothing() -> None:
    debt = debt_of(deal(), [payment("120", paid=True)])
    assert (debt.left("EUR"), debt.is_settled) == (Decimal(0), True)
    assert debt.doubts == {Doubt.OVERPAID}


def test_another_currency_is_a_sum_of_its_own() -> None:
    debt = debt_of(deal(), [payment("40", "USD"), payment("60", paid=True)])
    assert debt.sums == {"EUR": sums("0", "60", "40"), "USD": sums("40")}
    assert debt.left("USD") is None
    assert debt.doubts == {Doubt.FOREIGN}


@pytest.mark.parametrize(
    ("amount", "has_unread", "doubt"),
    [
        (None, False, Doubt.AMOUNT_UNKNOWN),
        ("100", True, Doubt.UNREAD),
    ],
)
def test_where_nobody_can_know_what_is_left_nothing_is_counted(
    amount: str | None, has_unread: bool, doubt: Doubt
) -> None:
    debt = debt_of(deal(amount), [payment("30")], has_unread=has_unread)
    assert debt.sums == {"EUR": sums("30", unsure=1)}
    assert debt.left("EUR") is None
    assert debt.doubts == {doubt}
    assert not debt.is_settled


def test_what_is_billed_beyond_the_amount_is_owed_as_well() -> None:
    debt = debt_of(deal(), [payment("50", paid=True), payment("80")])
    assert debt.sums == {"EUR": sums("80", "50", "80")}


def test_a_deal_without_an_amount_owes_what_is_open() -> None:
    debt = debt_of(deal("0"), [payment("30"), payment("20", paid=True)])
    assert debt.sums == {"EUR": sums("30", "20", "30")}
    assert debt.doubts == {Doubt.NO_AMOUNT}


def test_a_deal_without_an_amount_and_without_payments_owes_nothing() -> None:
    assert debt_of(deal("0"), []).is_settled
    assert not debt_of(deal(None), []).is_settled


@pytest.mark.parametrize(
    ("currency", "rest", "is_owed"),
    [
        ("EUR", "0.00499", False),
        ("EUR", "0.005", True),
        ("JPY", "0.4", False),
        ("KWD", "0.001", True),
        ("", "0.004", False),
    ],
)
def test_dust_is_not_owed(currency: str, rest: str, is_owed: bool) -> None:
    paid = str(Decimal(100) - Decimal(rest))
    debt = debt_of(deal(currency=currency), [payment(paid, currency, paid=True)])
    assert debt.is_settled is not is_owed


def test_months_are_those_of_payment_and_of_the_deal() -> None:
    unpaid_again = Payment(2, "7/2", False, MARCH, Decimal(20), "EUR", "Cash")
    debt = debt_of(deal(), [payment("30", paid=True), unpaid_again, payment("0")])
    assert debt.months == {
        "2026-03": {"EUR": sums("0", "30")},
        "2026-01": {"EUR": sums("20")},
    }
    lost = Deal(7, "", Decimal(1), "EUR", None)
    assert debt_of(lost, [payment("30")]).months == {"": {"EUR": sums("30")}}


def test_no_two_currencies_are_added_up() -> None:
    one = {"EUR": sums("1", "2", "3", 1), "USD": sums("4")}
    assert total_sums([one, one]) == {"EUR": sums("2", "4", "6", 2), "USD": sums("8")}
