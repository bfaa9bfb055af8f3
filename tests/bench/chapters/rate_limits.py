"""A portal's own limit of requests: a crowd that clicks at once, then tabs and adds in a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from tests.bench.load.portals import add_deal, installed_portal, launch_tab
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Times, Verdict
from tests.bench.serving.servers import own_app
from tests.bench.serving.stage import Stage
from tests.standin.portal import StandInPortal
from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, click_until_done

_LATENCY_MS = 200
_APART_SECONDS = 0.01
_ARRIVALS = """
from payments.models import Attempt
clicks = Attempt.objects.filter(state="added").order_by("created_at")
print(",".join(str(payment) for payment in clicks.values_list("payment_id", flat=True)))
"""
_HEAD = ["work", "done", "refused", "p50 wait, s", "p99 wait, s", "of the limit's rate"]


def measure_limits(stage: Stage, size: Size) -> Chapter:
    """Two processes that share what a portal allows; people's pages ask as often as they may."""
    chapter = Chapter("A portal's rate limit")
    with _two_apps(stage, size) as (app, unlimited):
        rows = [
            _crowd(app, unlimited, size, chapter),
            _minute(app, size, chapter),
        ]
    chapter.table(_HEAD, rows)
    return chapter


@contextmanager
def _two_apps(stage: Stage, size: Size) -> Iterator[tuple[App, App]]:
    """The app that knows the limit, and one on the same database that opens tabs and knows none."""
    url = f"sqlite:///{stage.folder}/limits.sqlite3"
    limits = size.bucket.environment
    with (
        own_app(stage.standin, url, stage.folder, environment=limits) as app,
        own_app(stage.standin, url, stage.folder) as unlimited,
    ):
        yield app, unlimited


def _portal(app: App, size: Size) -> tuple[StandInPortal, list[int]]:
    """A portal with the app, and its people; its bucket is empty when it is given one."""
    portal = installed_portal(app)
    portal.standin.switch(portal.name, latency_ms=_LATENCY_MS)
    return portal, portal.standin.add_users(portal.name, size.people)


def _crowd(app: App, unlimited: App, size: Size, chapter: Chapter) -> list[object]:
    portal, people = _portal(app, size)
    tabs = [_open(unlimited, portal, user) for _ in range(size.adds_each) for user in people]
    portal.standin.clear_calls(portal.name)
    portal.standin.switch(portal.name, bucket=size.bucket.switch)
    clicks = [partial(_timed_click, app, tab) for tab in tabs]
    results = _in_parallel(clicks, apart=_APART_SECONDS)
    calls = [call for call in portal.standin.calls(portal.name) if ADD in call["commands"]]
    done = [call for call in calls if call["committed_payment_ids"]]
    added = sum("added." in page.status_text for _, page in results)
    best = size.bucket.seconds_for(len(tabs))
    used = 100 * best / max(done[-1]["at"] - done[0]["at"], best)
    what = f"{len(tabs)} adds at once by {len(people)} people"
    waits = Times.of_seconds(seconds for seconds, _ in results)
    chapter.say(
        f"{what}: {len(calls) - len(done)} calls were refused by the portal and repeated; a click "
        f"was sent at most {_furthest(app, done)} places before or after the turn of its arrival."
    )
    chapter.verdicts += [
        Verdict(f"refused, {what}", 0, len(tabs) - added),
        Verdict(f"of the limit's rate, {what}", 90, used, "%", is_floor=True),
    ]
    return [what, added, len(tabs) - added, *_waits(waits), f"{used:.1f} %"]


def _minute(app: App, size: Size, chapter: Chapter) -> list[object]:
    portal, people = _portal(app, size)
    portal.standin.switch(portal.name, bucket=size.bucket.switch)
    added: list[tuple[float, Page]] = []

    def open_one(index: int) -> tuple[float, Page]:
        began = time.monotonic()
        page = _open(app, portal, people[index % len(people)])
        waited = time.monotonic() - began
        if index < size.tab_adds:
            added.append(_timed_click(app, page))
        return waited, page

    openings = [partial(open_one, index) for index in range(size.tabs)]
    opened = _in_parallel(openings, apart=size.tab_seconds / size.tabs)
    refused = sum(page.status != 200 for _, page in opened)
    refused += sum("added." not in page.status_text for _, page in added)
    what = f"{size.tabs} tabs in {size.tab_seconds:g} s and {size.tab_adds} adds"
    waits = Times.of_seconds(seconds - _LATENCY_MS / 1000 for seconds, _ in [*opened, *added])
    chapter.verdicts += [
        Verdict(f"refused, {what}", 0, refused),
        Verdict(f"p99 wait, {what}", 2, waits.p99 / 1000, "s"),
    ]
    return [what, len(opened) + len(added) - refused, refused, *_waits(waits), "–"]


def _waits(waits: Times) -> list[object]:
    return [f"{waits.p50 / 1000:.2f}", f"{waits.p99 / 1000:.2f}"]


def _open(app: App, portal: StandInPortal, user: int) -> Page:
    """A tab on a deal of its own."""
    deal, _ = add_deal(portal)
    launch = launch_tab(portal, deal, user=user)
    return app.send(launch.path, form=list(launch.fields.items()))


def _timed_click(app: App, tab: Page) -> tuple[float, Page]:
    """The seconds until a click was answered for good, and the answer."""
    began = time.monotonic()
    page = click_until_done(app, tab)
    return time.monotonic() - began, page


def _in_parallel(
    actions: Sequence[Callable[[], tuple[float, Page]]], *, apart: float
) -> list[tuple[float, Page]]:
    with ThreadPoolExecutor(len(actions)) as pool:
        running = []
        for action in actions:
            running.append(pool.submit(action))
            time.sleep(apart)
        return [each.result() for each in running]


def _furthest(app: App, done: list[dict[str, Any]]) -> int:
    """How many places a click was sent before or after the turn of its arrival, at most."""
    arrived = app.manage("shell", "-c", _ARRIVALS).stdout.split()[-1].split(",")
    turns = {int(payment): turn for turn, payment in enumerate(arrived)}
    sent = [call["committed_payment_ids"][0] for call in done]
    return max(abs(turns[payment] - place) for place, payment in enumerate(sent))
