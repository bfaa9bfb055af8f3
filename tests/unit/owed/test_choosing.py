"""What a form asks for, and what a page has shown: nothing of either is trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from b24app.frame.session import FrameSession
from payments.billing.owed import Client, Deal, Debt, Sums, debt_of
from payments.gateway.deals import Stage
from payments.owed.choosing import (
    Asked,
    Seen,
    SeenInvalid,
    asked_in,
    client_of,
    read_seen,
    sign_seen,
)

SESSION = FrameSession(5, 2, 7, "CRM_CONTACT_DETAIL_TAB", 3, 12, "en", 1_760_000_000)
FORM = {
    "stage": "S",
    "client": "4:21",
    "since": "2026-01-02",
    "until": "2026-02-03",
    "mine": "on",
    "zone": "Europe/Athens",
}


def debt(deal_id: int, amount: str = "10") -> Debt:
    return debt_of(Deal(deal_id, "Deal", Decimal(amount), "EUR", None), [])


def test_a_form_is_a_choice() -> None:
    choice = asked_in(FORM).choice(of_card=None, user_id=7)
    assert (choice.stages, choice.client) == ((Stage.WON,), Client(4, 21))
    assert (choice.since, choice.until) == (date(2026, 1, 2), date(2026, 2, 3))
    assert (choice.assigned_to, str(choice.zone)) == (7, "Europe/Athens")


def test_a_button_names_a_client_or_takes_it_away() -> None:
    assert asked_in({**FORM, "only": "3:5"}).client == Client(3, 5)
    assert asked_in({**FORM, "only": "all"}).client is None


def test_in_a_card_no_form_leads_to_another_client() -> None:
    choice = asked_in(FORM).choice(of_card=client_of(SESSION), user_id=7)
    assert choice.client == Client(3, 12)
    assert client_of(replace(SESSION, entity_type=2)) is None


@pytest.mark.parametrize(
    "form",
    [
        {"stage": "X"},
        {"client": "4:0"},
        {"client": "2:7"},
        {"client": f"4:{2**63}"},
        {"client": "4:1\n"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "soon"},
        {"zone": "x" * 65},
        {"only": "none"},
    ],
)
def test_what_makes_no_sense_does_not_narrow(form: dict[str, str]) -> None:
    assert asked_in(form) == Asked()


def test_a_zone_that_is_none_is_utc() -> None:
    for zone in ("Nowhere/Land", "../etc/passwd", "CON"):
        assert str(asked_in({"zone": zone}).choice(of_card=None, user_id=7).zone) == "UTC"


def test_what_was_seen_comes_back_as_it_went() -> None:
    seen = Seen(asked_in(FORM)).with_debts([debt(5), debt(9), debt(12, "0")])
    assert (seen.last_id, seen.shown, seen.settled) == (12, 2, 1)
    assert seen.sums == {"EUR": Sums(left=Decimal(20))}
    assert read_seen(sign_seen(seen, SESSION), SESSION) == seen


@pytest.mark.parametrize(
    "other",
    [{"portal_id": 6}, {"user_id": 8}, {"entity_type": 4}, {"entity_id": 13}],
)
def test_what_another_frame_has_seen_is_nothing_here(other: dict[str, int]) -> None:
    signed = sign_seen(Seen(Asked()), SESSION)
    with pytest.raises(SeenInvalid):
        read_seen(signed, replace(SESSION, **other))  # type: ignore[arg-type]
    for text in ("", signed[:-1], "x:y:z"):
        with pytest.raises(SeenInvalid):
            read_seen(text, SESSION)
