"""Database queries of each work, as the app counts them, with one payment and with very many."""

from __future__ import annotations

import time
from dataclasses import replace
from http.client import HTTPConnection
from uuid import uuid4

from tests.bench.load.generator import KEY
from tests.bench.load.portals import installed_portal
from tests.bench.load.sizes import Size
from tests.bench.load.wire import form_post
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.serving.contenders import ADD, OPEN, TITLES, Task, ours
from tests.bench.serving.counting import HEADER
from tests.standin.portal import StandInPortal
from tests.support.app import App

QUERY_HEAD = ["database", "work", "queries", "queries with many payments"]


def measure_queries(app: App, size: Size, database: str, chapter: Chapter) -> list[list[object]]:
    """The lines of the table; the verdicts go to the chapter."""
    entrant, portal = ours(app), installed_portal(app)
    few, many = (Task.at(portal, OPEN) for _ in range(2))
    portal.standin.add_payments(portal.name, few.deal, count=1)
    portal.standin.add_payments(portal.name, many.deal, count=size.payments)
    rows: list[list[object]] = []
    for work in (OPEN, ADD):
        counts = [
            _queries(app, [entrant.request(replace(task, work=work)) for _ in range(2)])
            for task in (few, many)
        ]
        rows.append([database, TITLES[work], *counts])
        more = f"more queries with {size.payments:,} payments, {TITLES[work]}, {database}"
        chapter.verdicts += [
            Verdict(f"queries, {TITLES[work]}, {database}", 5, max(counts)),
            Verdict(more, 0, counts[1] - counts[0]),
        ]
    event = _queries(app, [_event(app, portal, ago=ago) for ago in range(2)])
    chapter.verdicts.append(Verdict(f"queries, event, {database}", 3, event))
    return [*rows, [database, "event", event, "–"]]


def _event(app: App, portal: StandInPortal, *, ago: int) -> bytes:
    """An event of so many seconds ago, as the portal's queue posts it."""
    form = {
        "event": "ONAPPINSTALL",
        "ts": str(int(time.time()) - ago),
        "data[VERSION]": "1",
        "auth[domain]": portal.host,
        "auth[member_id]": str(portal.about["member_id"]),
        "auth[application_token]": str(portal.about["application_token"]),
    }
    return form_post(app.host, "/events/", form)


def _queries(app: App, requests: list[bytes]) -> int:
    """What the app says that the last request took: the same thread did the others before it."""
    count = 0
    connection = HTTPConnection("127.0.0.1", app.port, timeout=60)
    for request in requests:
        fresh = request.replace(KEY.encode(), str(uuid4()).encode())
        head, _, body = fresh.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        connection.request("POST", first.split()[1], body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{first}: {answer.status}")
        count = int(answer.headers[HEADER])
    connection.close()
    return count
