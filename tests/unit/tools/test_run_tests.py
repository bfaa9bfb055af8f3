"""What `make test` says at its end: no part that was left out looks like one that passed."""

from __future__ import annotations

from tools.run_tests import Leg, closing_lines

LEGS = {
    "SQLite": Leg(True, "5 passed in 3.00s"),
    "PostgreSQL": Leg(True, "not run: no PostgreSQL here", was_run=False),
}


def test_a_leg_that_did_not_run_is_said_in_red() -> None:
    told = closing_lines(LEGS, is_coloured=True)
    assert told == (
        "\nSQLite\n5 passed in 3.00s\n\n\033[1;31mPostgreSQL\nnot run: no PostgreSQL here\033[0m"
    )


def test_and_in_capitals_where_there_are_no_colours() -> None:
    told = closing_lines(LEGS, is_coloured=False)
    assert told == "\nSQLite\n5 passed in 3.00s\n\nPOSTGRESQL\nNOT RUN: NO POSTGRESQL HERE"
