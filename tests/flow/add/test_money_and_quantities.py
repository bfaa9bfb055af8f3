"""Sums and quantities of public bug reports: one text for one sum, one judge for a quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from b24app.protocol.languages import iso_code
from payments.formats import money
from tests.flow.tab.test_odd_answers import OFFERED, ROWS, payment_row, rows_answered
from tests.support.pages.page import Page
from tests.support.people.billing import bill, fields, notes
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp

LIST = "crm.item.payment.list"


def open_in(portal: PortalWithApp, deal: int, lang: str) -> Page:
    return portal.app.open_tab(portal.name, deal, lang=lang)


@pytest.mark.parametrize("lang", ["en", "de", "ar", "in", "la", "pl"])
@pytest.mark.parametrize(
    ("currency", "price", "quantity"),
    [
        ("RSD", "1234.56", 1),
        ("HUF", "1234.56", 1),
        ("KWD", "1.12", 3),
        ("JPY", "10000000", 1),
        ("USDT", "100", 1),
        ("EUR", "0.0035", 1000),
    ],
)
def test_form_sentence_and_list_have_the_same_text_for_the_same_sum(
    portal: PortalWithApp, lang: str, currency: str, price: str, quantity: int
) -> None:
    deal = bill(portal, f"Desk 71 {price}x{quantity}", currency=currency)
    tab = open_in(portal, deal.case.item_id, lang)
    with translation.override(iso_code(lang)):
        unit = money(Decimal(price), currency)
        total = money(Decimal(price) * quantity, currency)
    assert unit in tab.soup.select_one("#rows .note").get_text()  # type: ignore[union-attr]
    assert total in tab.soup.select_one(".is-left").get_text()  # type: ignore[union-attr]
    page = deal.create(tab=tab)
    assert total in page.soup.select_one("#status").get_text()  # type: ignore[union-attr]
    assert total in page.soup.select("#list tbody tr")[0].get_text()
    assert total in page.soup.select_one(".is-billed").get_text()  # type: ignore[union-attr]


def test_a_payment_in_another_coin_is_not_added_to_dollars(portal: PortalWithApp) -> None:
    deal = bill(portal, "Desk 71 100x1", currency="USD")
    row = payment_row(9001, sum=40, currency="USDT")
    portal.standin.add_fault(portal.name, LIST, "answer", result=[row])
    tab = deal.tab()
    assert "$0.00" in tab.soup.select_one(".is-billed").get_text()  # type: ignore[union-attr]
    assert "1 payment in another currency" in tab.text
    assert "USDT\N{NO-BREAK SPACE}40.00" in tab.soup.select("#list tbody tr")[0].get_text()


def test_a_payment_without_a_currency_is_a_bare_number(portal: PortalWithApp) -> None:
    row = payment_row(9001, sum=40, currency=None)
    portal.standin.add_fault(portal.name, LIST, "answer", result=[row])
    assert "40.00" in portal.open_tab("fresh").soup.select("#list .amount bdi")[0].get_text()
    assert "None" not in portal.open_tab("fresh").text


def offering(portal: PortalWithApp, deal: int, rest: Any) -> None:
    answer = rows_answered(portal, OFFERED, deal)
    answer["productRows"][0]["quantity"] = rest
    portal.standin.add_fault(portal.name, OFFERED, "answer", result=answer)


def test_a_rest_below_nothing_locks_no_form(portal: PortalWithApp) -> None:
    deal = bill(portal, "Desk 71 100x2, Lamp 72 40x3")
    offering(portal, deal.case.item_id, -1)
    tab = deal.tab()
    assert deal.offer(tab) == "r2×3"
    assert "-1" not in notes(tab)


def test_a_rest_with_dust_of_floats_loses_no_piece(portal: PortalWithApp) -> None:
    deal = bill(portal, "Desk 71 100x3")
    offering(portal, deal.case.item_id, 2.9999999999999996)
    tab = deal.tab()
    assert deal.proposal(tab) == "r1×3"
    assert "3 pcs left" in notes(tab)
    deal.create(tab=tab)
    assert deal.sums == [300]


def test_what_is_proposed_is_taken(portal: PortalWithApp) -> None:
    deal = bill(portal, "Grain 71 0.001x1000000000")
    tab = deal.tab()
    assert deal.proposal(tab) == "r1×999999999"
    assert " added." in deal.create(tab=tab).status_text


@pytest.mark.parametrize("count", [501, 600])
def test_a_long_deal_is_billed_by_what_is_chosen(portal: PortalWithApp, count: int) -> None:
    rows = [{"name": f"Thing {n}", "price": 10, "quantity": 1} for n in range(count)]
    made = portal.standin.add_deal(portal.name, title="Long", rows=rows)
    tab = portal.app.open_tab(portal.name, made["id"])
    assert len(fields(tab)) == count
    form = tab.form_fields("/payments/add/")
    few = {name: ("1" if n < 3 else "0") for n, name in enumerate(sorted(form)) if "row_" in name}
    headers = {"HX-Request": "true", "Authorization": f"Bearer {tab.bearer}"}
    whole = portal.app.send("/payments/add/", form=form, headers=headers)
    assert "A payment takes at most 500 products here." in whole.alert_text, whole.text
    assert portal.payments_of(made["id"]) == []
    page = portal.app.send("/payments/add/", form=form | few, headers=headers)
    assert "added" in told(page), told(page)
    [payment] = portal.payments_of(made["id"])
    assert payment["sum"] == 10 * sum(value == "1" for value in few.values())


def test_rows_beyond_the_first_page_are_offered_in_one_further_request(
    portal: PortalWithApp,
) -> None:
    rows = [{"name": f"Thing {n}", "price": 10, "quantity": 1} for n in range(51)]
    made = portal.standin.add_deal(portal.name, title="Long", rows=rows)
    portal.open_tab()
    portal.standin.clear_calls(portal.name)
    tab = portal.app.open_tab(portal.name, made["id"])
    assert len(fields(tab)) == 51
    assert [ROWS in call["commands"] for call in portal.calls()] == [True, True]
