"""Who is measured: each knows the request for a work, the mark of a good answer, and its processes.

The works are `open` (a tab), `add` (a payment) and `fill` (a payment with ROWS products).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.load.generator import KEY
from tests.bench.load.portals import (
    ROWS,
    add_deal,
    adding_batch,
    as_text,
    launch_tab,
    opening_batch,
)
from tests.bench.load.wire import form_post, json_post
from tests.bench.serving.servers import Served
from tests.standin.client import StandIn
from tests.standin.portal import Launch, StandInPortal
from tests.support.app import HTMX, App

OPEN, ADD, FILL = "open", "add", "fill"
WORKS = (OPEN, ADD, FILL)
_AS_BROWSERS = {"Accept-Encoding": "gzip"}
TITLES = {OPEN: "tab open", ADD: "add", FILL: f"add with {ROWS} rows"}


@dataclass(frozen=True)
class Task:
    """One piece of work on a deal of its own."""

    work: str
    portal: StandInPortal
    deal: int
    rows: list[int]

    @classmethod
    def at(cls, portal: StandInPortal, work: str) -> Task:
        deal, rows = add_deal(portal, rows=ROWS if work == FILL else 0)
        return cls(work, portal, deal, rows)

    def launch(self) -> Launch:
        return launch_tab(self.portal, self.deal)

    def batch(self, token: str) -> dict[str, object]:
        """The REST call that the app makes for it."""
        if self.work == OPEN:
            return opening_batch(self.deal, token)
        return adding_batch(self.deal, token, self.rows)


@dataclass(frozen=True)
class Contender:
    """A server that can do the works."""

    title: str
    port: int
    worker_pids: Callable[[], list[int]]
    request: Callable[[Task], bytes]
    marks: dict[str, bytes]


def bare(standin: StandIn) -> Contender:
    """The REST call itself, from the same client to the portal."""

    def request(task: Task) -> bytes:
        batch = task.batch(task.launch().token)
        return json_post(task.portal.host, "/rest/batch", batch)

    return Contender("bare REST call", standin.port, list, request, dict.fromkeys(WORKS, b""))


def ours(app: App, title: str = "this app") -> Contender:
    def request(task: Task) -> bytes:
        launch = task.launch()
        if task.work == OPEN:
            return form_post(app.host, launch.path, launch.fields, _AS_BROWSERS)
        page = app.send(launch.path, form=list(launch.fields.items()))
        form = {"key": KEY, "seen": page.seen, "terms": page.terms}
        form |= {f"row_{row}": "1" for row in task.rows}
        headers = {**_AS_BROWSERS, **HTMX, "Authorization": f"Bearer {page.bearer}"}
        return form_post(app.host, "/payments/add/", form, headers)

    # Bodies come compressed; what a fragment did stands in its head.
    marks = {OPEN: b"gzip", ADD: b"payments:changed", FILL: b"payments:changed"}
    return Contender(title, app.port, app.worker_pids, request, marks)


def pooled(served: Served) -> Contender:
    def request(task: Task) -> bytes:
        batch = as_text(task.batch(task.launch().token))
        return form_post(served.host, "/relay/", {"host": task.portal.host, "batch": batch})

    marks = dict.fromkeys(WORKS, b'"result"')
    return Contender("no-op view, pooled", served.port, served.worker_pids, request, marks)


def official(served: Served) -> Contender:
    def request(task: Task) -> bytes:
        rows = ",".join(str(row) for row in task.rows)
        form = {**task.launch().everything, "deal": str(task.deal), "rows": rows}
        return form_post(served.host, f"/{'open' if task.work == OPEN else 'add'}/", form)

    marks = {OPEN: b"<table>", ADD: b"Payment added", FILL: b"Payment added"}
    return Contender("view on b24pysdk, TLS", served.port, served.worker_pids, request, marks)
