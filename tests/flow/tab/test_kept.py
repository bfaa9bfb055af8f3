# ruff: noqa: RUF002
"""What a portal shows is kept as it is, and a row that cannot be read closes no page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from payments.models import Attempt
from tests.support.pages.home_visits import CSV, JOURNAL, ask, note, open_home, rows
from tests.support.people.billing import bill
from tests.support.people.clicks import told
from tests.support.people.outsiders import PORTAL, Outsider
from tests.support.portal import PortalWithApp

HUGE = "100000000000000000"


def attempts(portal: PortalWithApp) -> list[Attempt]:
    return list(Attempt.objects.filter(portal=portal.row).order_by("-pk"))


def test_a_sum_of_eighteen_digits_is_added_and_shown_and_closes_no_page(
    portal: PortalWithApp,
) -> None:
    """VND 10,000,000,000,000 × 10,000."""
    billing = bill(portal, "Tower 71 10000000000000x10000", currency="VND")
    page = billing.create("r1×10000")
    assert page.status == 200
    assert " added." in page.status_text, told(page)
    assert billing.sums == [1e17]
    [attempt] = attempts(portal)
    assert (attempt.state, attempt.amount, attempt.currency) == ("added", Decimal(HUGE), "VND")
    again = portal.app.ask_attempt(billing.tab(), str(attempt.key))
    assert again.status == 200
    for user in ("sales", "admin"):
        assert "₫100,000,000,000,000,000" in open_home(portal, user=user).text
    assert HUGE in ask(portal, CSV).body
    person = Outsider(portal.app)
    assert "₫100,000,000,000,000,000" in person.sign_in(portal).text


@pytest.mark.parametrize("code", ["USDT", "BONUS_POINTS"])
def test_a_currency_of_any_length_is_kept_whole(portal: PortalWithApp, code: str) -> None:
    billing = bill(portal, "Desk 71 100x1", currency=code)
    page = billing.create("r1×1")
    assert " added." in page.status_text, told(page)
    assert code in page.status_text
    assert [attempt.currency for attempt in attempts(portal)] == [code]
    assert code in open_home(portal, user="sales").text


def test_a_currency_too_long_is_refused_and_not_cut(portal: PortalWithApp) -> None:
    billing = bill(portal, "Desk 71 100x1", currency="X" * 30)
    tab = billing.tab()
    assert "X" * 3 not in tab.text
    assert "–" in tab.soup.select_one(".is-left").get_text()  # type: ignore[union-attr]
    page = billing.create(tab=tab)
    assert billing.sums == [100]
    assert "1 payment could not be read" in page.text


def test_a_number_with_what_no_database_takes_is_kept(portal: PortalWithApp) -> None:
    deal = portal.deal("fresh")
    portal.standin.open_order(portal.name, deal, number="1\x00" + "9" * 200)
    page = portal.app.press_add(portal.open_tab())
    assert " added." in page.status_text, told(page)
    [attempt] = attempts(portal)
    assert (attempt.state, attempt.number) == ("added", "1\ufffd" + "9" * 97 + "…")
    assert attempt.number in open_home(portal, user="sales").text


@pytest.mark.parametrize("kept", ["nonsense", "1e300", "", "NaN"])
def test_a_row_that_holds_no_amount_is_unknown_and_closes_no_page(
    portal: PortalWithApp, kept: str
) -> None:
    bad = note(portal, amount=1, currency="EUR", number="1/1", user_id=7)
    note(portal, amount="12.34", currency="EUR", number="2/1", user_id=7)
    with connection.cursor() as cursor:
        sql = "UPDATE payments_attempt SET amount = %s WHERE id = %s"
        cursor.execute(sql, [kept, bad.pk])
    page = open_home(portal, user="sales")
    assert [row for row in rows(page, ".clicks") if row.endswith("1/1 –")]
    assert [row for row in rows(page, ".clicks") if row.endswith("2/1 €12.34")]
    for page in (open_home(portal), ask(portal, JOURNAL), ask(portal, CSV)):
        assert (page.status, "2/1" in page.text) == (200, True)
    person = Outsider(portal.app)
    person.sign_in(portal)
    assert person.open(PORTAL).status == 200
    assert "Attempt.amount cannot be read" in portal.app.log()
