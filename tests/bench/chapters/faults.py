"""One intention to add one payment, met by a fault: what each contender makes of it, really run.

The person in it clicks; if the page says that it failed, or says nothing, they open the tab again
and, unless it says that the click is being looked up, click once more. As people do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser

from tests.bench.load.clickers import Clicker, DirectClicker, OfficialClicker, OurClicker
from tests.bench.load.portals import add_deal
from tests.bench.measuring.chromium import chromium
from tests.bench.measuring.figures import Chapter
from tests.bench.serving.direct import direct_portal
from tests.bench.serving.stage import Stage

ADD = "crm.item.payment.add"
_GONE_SECONDS = 1.5
FAULTS: dict[str, dict[str, Any]] = {
    "answer lost after the commit": {"do": "drop_after"},
    "HTML 503 of a gateway after the commit": {"do": "html", "status": 503, "when": "after"},
    "HTTP 500 after the commit": {"do": "status", "when": "after"},
    "half an answer": {"do": "half_body"},
    "connection reset before the work": {"do": "drop_before"},
    "503 QUERY_LIMIT_EXCEEDED": {"do": "refuse", "code": "QUERY_LIMIT_EXCEEDED"},
}
TWICE = "double click"
KILLED = "worker killed, or page closed, while the portal works"


def measure_faults(stage: Stage) -> Chapter:
    """A table of payments at the portal for one intended payment each."""
    chapter = Chapter("One click under faults")
    stage.wait_for_answers(50)
    found: dict[str, list[str]] = {}
    with chromium() as browser, _clickers(stage, browser) as clickers:
        for clicker in clickers:
            cases = [(name, _meet(clicker, name)) for name in (*FAULTS, TWICE, KILLED)]
            for name, words in cases:
                found.setdefault(name, []).append(words)
        head = ["fault", *(clicker.title for clicker in clickers)]
        chapter.table(head, ([name, *cells] for name, cells in found.items()))
    chapter.say(
        "Payments at the portal for one that was wanted, counted there, and what the page said "
        "first. The person clicks again when the page says that it failed."
    )
    return chapter


@contextmanager
def _clickers(stage: Stage, browser: Browser) -> Iterator[list[Clicker]]:
    with direct_portal(stage.standin) as rival:
        rival.portal.standin.switch(rival.portal.name, latency_ms=50)
        yield [
            OurClicker(stage.app, stage.portals[0]),
            OfficialClicker(stage.official, stage.tls_portals[0]),
            DirectClicker(browser, rival.portal),
        ]


def _meet(clicker: Clicker, name: str) -> str:
    """How many payments came of it, as a cell of the table."""
    portal = clicker.portal
    deal, _ = add_deal(portal)
    if name == TWICE:
        first = clicker.click_twice(deal)
    elif name == KILLED:
        portal.standin.add_fault(portal.name, ADD, "hold", seconds=_GONE_SECONDS, when="after")
        first = clicker.click_and_lose(deal)
    else:
        portal.standin.add_fault(portal.name, ADD, **FAULTS[name])
        first = clicker.click(deal)
    if first != "added" and not clicker.is_looked_up(deal):
        clicker.click(deal)
    portal.standin.clear_faults(portal.name)
    made = len(portal.payments_of(deal))
    verdict = {0: "lost", 1: "right"}.get(made, "**doubled**")
    return f"{made}, {verdict} (said: {first})"
