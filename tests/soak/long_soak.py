"""The long soak, which `make soak` runs on its own: not one of the tests of every run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.plan import Plan
from tests.soak.run import soak, soaked_app
from tests.soak.table import table
from tests.support.app import App
from tests.support.people.deaths import POINTS, die_and_go_on, mortal_app
from tests.support.portal import PortalWithApp

CLICKS = int(os.environ.get("SOAK_CLICKS", "10000"))
DEATHS = int(os.environ.get("SOAK_DEATHS", "200"))
SEED = int(os.environ["SOAK_SEED"])


def test_every_click_has_its_outcome_and_every_payment_its_click(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(
        SEED,
        clicks=CLICKS,
        people=50,
        portals=20,
        workers=4,
        kill_every=250,
        break_every=400,
    )
    with soaked_app(plan, tmp_path, database_url=database_url) as (app, line):
        done = soak(app, plan, line=line, settle_seconds=60)
    with capsys.disabled():
        print(f"\n{table(done)}", flush=True)
    assert not done.audit.defects, table(done)
    assert done.audit.counts["attempts added"] > CLICKS / 2, table(done)


def test_a_process_that_dies_at_each_point_of_an_add_neither_doubles_nor_loses(
    running_app: App, portal: PortalWithApp, tmp_path: Path
) -> None:
    add_deal = portal.standin.add_deal
    with mortal_app(running_app, tmp_path) as app:
        for _ in range(DEATHS):
            for point in POINTS:
                deal = int(add_deal(portal.name, title=point)["id"])
                die_and_go_on(app, portal, point, deal)
