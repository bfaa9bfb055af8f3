"""The rate limits at full size: `python -m tests.bench.rate_limits`, about six minutes.

One portal with the cloud's own bucket (50 at once, 2 a second), two processes, one machine:
500 adds by 50 people who all click at once, then 120 tabs within a minute beside 20 adds. Ends by
itself, and fails when somebody was refused or the rate was not used.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from tests.app import ROOT, App, free_port, start_app
from tests.environment import FAKE_ENVIRONMENT
from tests.flow.clicks import click_until_done
from tests.pages import Page
from tests.portal.client import StandIn
from tests.portal.process import start_standin

DRAIN, BURST = 2, 50
PEOPLE, ADDS_EACH = 50, 10
TABS, TAB_SECONDS, ADDS = 120, 60.0, 20
_ARRIVALS = """
from payments.models import Attempt
clicks = Attempt.objects.filter(state="added").order_by("created_at")
print(",".join(str(payment) for payment in clicks.values_list("payment_id", flat=True)))
"""
LIMITED = {"B24_CALLS_PER_SECOND": "2", "B24_CALLS_AT_ONCE": "45"}


def main() -> None:
    """Run both and print what came of it; the exit status tells whether it was good enough."""
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="deal-payments-") as folder,
        start_standin(f"http://app.localhost:{port}", latency_ms=200) as standin,
    ):
        url = os.environ.get("DATABASE_URL", f"sqlite:///{folder}/app.sqlite3")
        environment = {**os.environ, **FAKE_ENVIRONMENT, "DATABASE_URL": url}
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        log = Path(folder) / "app.log"
        with start_app(
            database_url=url, standin=standin, port=port, log_path=log, environment=LIMITED
        ) as app:
            is_good = [many_adds(app, standin), tabs_and_adds(app, standin)]
    sys.exit(0 if all(is_good) else 1)


def new_portal(app: App, standin: StandIn) -> tuple[str, list[int]]:
    """A portal with the app, and its people."""
    name = str(standin.create_portal()["name"])
    assert app.open_frame(name, user="admin", placement="DEFAULT").status == 200
    standin.change_portal(name, installed=True)
    return name, standin.add_users(name, PEOPLE)


def timed_click(app: App, tab: Page) -> tuple[float, Page]:
    """The seconds until a click was answered for good, and the answer."""
    started = time.monotonic()
    page = click_until_done(app, tab)
    return time.monotonic() - started, page


def many_adds(app: App, standin: StandIn) -> bool:
    """500 clicks at once; the tabs are opened by an app that knows no limit, as they count not."""
    portal, people = new_portal(app, standin)
    rooms = [(person, turn) for turn in range(ADDS_EACH) for person in people]
    tabs = _unlimited(app, standin, portal, [person for person, _ in rooms])
    standin.clear_calls(portal)
    standin.switch(portal, bucket={"drain": DRAIN, "burst": BURST})
    clicks = [partial(timed_click, app, tab) for tab in tabs]
    results = _in_parallel(clicks, apart=0.01)
    calls = [c for c in standin.calls(portal) if "crm.item.payment.add" in c["commands"]]
    done = [c for c in calls if c["committed_payment_ids"]]
    took = done[-1]["at"] - done[0]["at"]
    best = (len(tabs) - BURST) / DRAIN
    added = sum("added." in page.status_text for _, page in results)
    print(f"500 adds: {added} added, {len(calls) - len(done)} refused by the portal and repeated,")
    print(f"  {took:.1f} s where the bucket allows {best:.1f} s: {best / took:.1%} of its rate,")
    print(f"  waits p50 {_share(results, 0.5):.0f} s, p99 {_share(results, 0.99):.0f} s,")
    print(f"  furthest out of the order of arrival: {_furthest(app, done)} places")
    return added == len(tabs) and best / took >= 0.9


def tabs_and_adds(app: App, standin: StandIn) -> bool:
    """120 tabs evenly over a minute, and 20 of their people add a payment at once."""
    portal, people = new_portal(app, standin)
    standin.switch(portal, bucket={"drain": DRAIN, "burst": BURST})

    def open_one(index: int) -> tuple[float, Page]:
        person = people[index % len(people)]
        launched = standin.add_deal(portal, title="Deal")["id"]
        started = time.monotonic()
        page = app.open_frame(
            portal, user=person, placement="CRM_DEAL_DETAIL_TAB", options={"ID": str(launched)}
        )
        waited = time.monotonic() - started
        if index < ADDS:
            added.append(timed_click(app, page))
        return waited, page

    added: list[tuple[float, Page]] = []
    openings = [partial(open_one, index) for index in range(TABS)]
    results = _in_parallel(openings, apart=TAB_SECONDS / TABS)
    refused = [page for _, page in results if page.status != 200]
    unadded = [page for _, page in added if "added." not in page.status_text]
    worst = max(_share(results, 0.99), _share(added, 0.99))
    print(f"120 tabs in 60 s and 20 adds: {len(refused)} tabs and {len(unadded)} adds refused,")
    print(f"  p99 {worst:.2f} s, of which the portal takes 0.2 s")
    return not refused and not unadded and worst <= 2.2


def _unlimited(app: App, standin: StandIn, portal: str, people: Sequence[int]) -> list[Page]:
    with start_app(
        database_url=app.environment["DATABASE_URL"],
        standin=standin,
        port=free_port(),
        log_path=app.log_path.with_name("unlimited.log"),
    ) as other:
        moved = App(other.port, standin, other.log_path, other.environment, other.process)
        return [_open_at(moved, app, standin, portal, person) for person in people]


def _open_at(other: App, app: App, standin: StandIn, portal: str, person: int) -> Page:
    """The tab as the app without limits shows it, though the portal knows the other's address."""
    deal = standin.add_deal(portal, title="Deal")["id"]
    launch = standin.launch(
        portal, user=person, placement="CRM_DEAL_DETAIL_TAB", options={"ID": str(deal)}
    )
    path = str(launch["url"]).removeprefix(app.origin)
    return other.send(path, form=list(launch["fields"].items()))


def _in_parallel(
    actions: Sequence[Callable[[], tuple[float, Page]]], *, apart: float
) -> list[tuple[float, Page]]:
    with ThreadPoolExecutor(len(actions)) as pool:
        running = []
        for action in actions:
            running.append(pool.submit(action))
            time.sleep(apart)
        return [each.result() for each in running]


def _share(results: Sequence[tuple[float, Page]], share: float) -> float:
    seconds = sorted(seconds for seconds, _ in results)
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1]


def _furthest(app: App, done: list[dict[str, Any]]) -> int:
    """How many places a click was sent before or after the turn of its arrival, at most."""
    arrived = app.manage("shell", "-c", _ARRIVALS).stdout.split()[-1].split(",")
    turns = {int(payment): turn for turn, payment in enumerate(arrived)}
    sent = [call["committed_payment_ids"][0] for call in done]
    return max(abs(turns[payment] - place) for place, payment in enumerate(sent))


if __name__ == "__main__":
    main()
