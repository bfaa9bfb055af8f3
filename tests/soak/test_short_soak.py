"""A short soak in every test run: the machine of `make soak`, and that it finds what it is for."""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.soak.audit import audit
from tests.soak.plan import NO_TROUBLE, Plan, Trouble
from tests.soak.run import soak, soaked_app
from tests.soak.table import table
from tests.support.events.posted import token_of
from tests.support.portal import PortalWithApp

REPEATING = "--config python:tests.unguarded.clicks.repeats"


def chosen_seed() -> int:
    """The seed in the variable SOAK_SEED, else a new one."""
    return int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**6))


def test_two_hundred_clicks_amid_every_fault_give_exactly_their_payments(
    database_url: str, tmp_path: Path
) -> None:
    plan = Plan(
        chosen_seed(),
        clicks=200,
        people=24,
        portals=12,
        workers=2,
        kill_every=70,
        break_every=90,
        patience_seconds=3,
    )
    with soaked_app(plan, tmp_path, database_url=database_url) as (app, line):
        done = soak(app, plan, line=line, settle_seconds=15, is_aged=True)
    assert not done.audit.defects, table(done)
    assert done.audit.counts["attempts added"] > plan.clicks / 2, table(done)
    assert len(done.damage) == 2, table(done)


def test_an_app_that_repeats_lost_calls_is_found_out(database_url: str, tmp_path: Path) -> None:
    lost = Trouble("answer lost after the commit", "drop_after", 45)
    plan = Plan(chosen_seed(), clicks=24, people=6, portals=2, troubles=(NO_TROUBLE, lost))
    with soaked_app(plan, tmp_path, database_url=database_url, gunicorn=REPEATING) as (app, line):
        done = soak(app, plan, line=line, settle_seconds=0)
    assert done.audit.defects["payment twice, or of no attempt"] > 0, table(done)


def test_a_token_that_is_kept_in_plain_is_found_out(portal: PortalWithApp) -> None:
    assert not audit(portal.app, {}, [], members={}).defects
    portal.row.users.update(name=token_of(portal, "sales"))
    found = audit(portal.app, {}, [], members={})
    assert found.defects == {"secret in the database": 1}
