"""The long soak, which `make soak` runs on its own: not one of the tests of every run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.plan import Plan
from tests.soak.run import soak, soaked_app
from tests.soak.table import table

CLICKS = int(os.environ.get("SOAK_CLICKS", "10000"))
SEED = int(os.environ["SOAK_SEED"])


def test_every_click_has_its_outcome_and_every_payment_its_click(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(
        SEED,
        clicks=CLICKS,
        people=50,
        portals=20,
        workers=3,
        kill_every=250,
        break_every=400,
    )
    with soaked_app(plan, tmp_path, database_url=database_url) as (app, line):
        done = soak(app, plan, line=line, settle_seconds=90)
    with capsys.disabled():
        print(f"\n{table(done)}", flush=True)
    assert not done.audit.defects, table(done)
    assert done.audit.counts["attempts added"] > CLICKS / 2, table(done)
