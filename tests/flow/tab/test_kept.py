# ruff: noqa: RUF002
"""What a portal shows is kept as it is, and a row that cannot be read closes no page."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from payments.models import Attempt
from tests.support.app import ROOT
from tests.support.pages.home_visits import CSV, JOURNAL, ask, note, open_home, rows
from tests.support.people.billing import bill
from tests.support.people.clicks import told
from tests.support.people.outsiders import PORTAL, Outsider
from tests.support.portal import PortalWithApp
from tools.fake_environment import FAKE_ENVIRONMENT

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


def test_amounts_of_before_are_kept_and_the_poisoned_heal(tmp_path: Path) -> None:
    """From decimals, of which SQLite had stored some that it could not read again."""
    amounts = ["1200.5000", "0.3333", "-5.0000", None]
    if connection.vendor == "sqlite":
        amounts.append(HUGE)
        url = f"sqlite:///{tmp_path}/old.sqlite3"
        open_database: Any = lambda: sqlite3.connect(tmp_path / "old.sqlite3")  # noqa: E731
    else:
        amounts.append("9999999999999999.9999")
        at, name = (
            connection.settings_dict,
            f"{connection.settings_dict['NAME']}_{secrets.token_hex(3)}",
        )
        server = f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as own:
            own.execute(f'CREATE DATABASE "{name}"')
        url = f"{server}/{name}"
        open_database = lambda: psycopg.connect(url)  # noqa: E731
    manage(url, "migrate", "payments", "0003")
    manage(url, "migrate", "b24app")
    with open_database() as old:
        old.execute(
            "INSERT INTO b24app_portal (id, member_id, client_endpoint, oauth_server, state, epoch,"
            " app_code, application_token, scopes, unbatchable, notes, trouble, created_at,"
            " updated_at) VALUES (1, 'a', '', '', 'active', 1, '', '', '[]', '[]', '{}', '',"
            " '2026-01-01', '2026-01-01')"
        )
        for number, value in enumerate(amounts, start=1):
            literal = "NULL" if value is None else value
            old.execute(
                "INSERT INTO payments_attempt (portal_id, user_id, entity_type, entity_id, key,"  # noqa: S608
                " state, asked, composed, seen_max_id, number, amount, currency, candidates,"
                " error_kind, error_code, error_text, settles_at, created_at) VALUES"
                f" (1, 7, 2, {number}, '{number:032}', 'added', '{{}}', '{{}}', 0, '', {literal},"
                " 'EUR', '[]', '', '', '', '2026-01-01', '2026-01-01')"
            )
        old.commit()
    manage(url, "migrate", "payments")
    show = "from payments.models import Attempt; from payments.parsing import digits;"
    show += "print([a.amount and digits(a.amount) for a in Attempt.objects.order_by('entity_id')])"
    last = HUGE if connection.vendor == "sqlite" else "9999999999999999.9999"
    assert manage(url, "shell", "-v0", "-c", show).strip() == str(
        ["1200.5", "0.3333", "-5", None, last]
    )


def manage(url: str, *arguments: str) -> str:
    environment = {**os.environ, **FAKE_ENVIRONMENT, "DATABASE_URL": url}
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
