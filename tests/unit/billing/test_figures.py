"""What a deal's fields are to say: sums of its own currency, the last day, how much is paid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from payments.billing.figures import figures_of
from payments.gateway.deal_fields import read_shown, values_of
from payments.types import Card, Figure, Figures, Payment, Settled

CARD = Card("Deal", Decimal(1000), "EUR")
CHOICES = {"none": 45, "part": 46, "all": 47}


def payment(amount: str, *, day: int = 0, currency: str = "EUR") -> Payment:
    """A payment, paid on this day of May, or not at all."""
    at = datetime(2026, 5, day, 23, tzinfo=UTC) if day else None
    return Payment(1, "1/1", bool(day), at, Decimal(amount), currency, "Cash")


@pytest.mark.parametrize(
    ("payments", "paid", "left", "settled"),
    [
        ([], "0", "1000", Settled.NONE),
        ([payment("300")], "0", "1000", Settled.NONE),
        ([payment("300", day=2), payment("700")], "300", "700", Settled.PART),
        ([payment("300", day=2), payment("700", day=3)], "1000", "0", Settled.ALL),
        ([payment("1200", day=2)], "1200", "0", Settled.ALL),
        ([payment("900", day=2), payment("400")], "900", "400", Settled.PART),
        ([payment("999.996", day=2)], "999.996", "0", Settled.ALL),
        ([payment("300", day=2, currency="USD")], "0", "1000", Settled.PART),
        ([payment("0", day=2)], "0", "1000", Settled.NONE),
    ],
)
def test_what_is_paid_and_left(
    payments: list[Payment], paid: str, left: str, settled: Settled
) -> None:
    figures = figures_of(CARD, payments)
    assert figures is not None
    assert (figures.paid, figures.left) == (Decimal(paid), Decimal(left))
    assert figures.settled is settled


def test_the_last_day_is_that_of_the_youngest_paid_payment() -> None:
    figures = figures_of(CARD, [payment("1", day=4), payment("1", day=2), payment("1")])
    assert figures is not None
    assert figures.last == date(2026, 5, 4)


def test_without_the_cards_amount_nobody_knows() -> None:
    assert figures_of(Card("", None, "EUR"), []) is None


def test_what_is_written_compares_with_what_is_shown() -> None:
    figures = Figures(Decimal("0"), Decimal("1250.505"), date(2026, 5, 4), Settled.PART)
    shown = {
        "ufCrmDpPaid": 0,
        "ufCrmDpLeft": 1250.51,
        "ufCrmDpLast": "2026-05-04T03:00:00+03:00",
        "ufCrmDpState": "46",
    }
    assert read_shown(shown) == values_of(figures, CHOICES)


@pytest.mark.parametrize(
    ("value", "told"), [(None, ""), ("", ""), (0, "0.00"), ("7.5", "7.50"), ([], "?"), ("x", "?")]
)
def test_an_odd_value_is_none_of_ours(value: object, told: str) -> None:
    assert read_shown({"ufCrmDpPaid": value}) == {Figure.PAID: told}


def test_a_field_that_is_not_told_is_left_out() -> None:
    assert read_shown({"title": "x", "ufCrmDpState": 0}) == {Figure.STATE: ""}
