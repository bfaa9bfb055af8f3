"""What a browser sees: bytes, first paint, when the page can be used, how a click feels."""

from __future__ import annotations

from statistics import median
from typing import Any

from playwright.sync_api import Browser

from tests.bench.load.portals import ROWS, add_deal
from tests.bench.load.sizes import Size
from tests.bench.measuring.chromium import chromium, open_tab, person
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.serving.contenders import OPEN, Task
from tests.bench.serving.direct import Direct, direct_portal
from tests.bench.serving.stage import Stage
from tests.standin.portal import StandInPortal

_PAYMENTS = 20
_SDK = "b24jssdk"
READY = "#add button:not([aria-disabled=true])"
_SEEN = """async () => {
    const shifts = await new Promise((resolve) => {
        const found = [];
        const observer = new PerformanceObserver((list) => found.push(...list.getEntries()));
        observer.observe({type: "layout-shift", buffered: true});
        setTimeout(() => resolve(found), 500);
    });
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const [navigation] = performance.getEntriesByType("navigation");
    const [ready] = performance.getEntriesByName("ready");
    return {
        paint: paint ? paint.startTime : NaN,
        ready: ready ? ready.startTime : navigation.domContentLoadedEventEnd,
        shift: shifts.reduce((sum, each) => sum + (each.hadRecentInput ? 0 : each.value), 0),
    };
}"""
_CLICK = """(words) => new Promise((resolve) => {
    const status = document.getElementById(words.status);
    const began = performance.now();
    const look = () => {
        if (status.textContent.includes(words.text)) resolve(performance.now() - began);
    };
    new MutationObserver(look).observe(status, {childList: true, subtree: true});
    document.querySelector(words.button).click();
    look();
})"""


def measure_paint(stage: Stage, size: Size) -> Chapter:
    """Both kinds of tab in the stand-in's card, on a slow line and a slow processor."""
    chapter = Chapter("In the browser")
    stage.wait_for_answers(0)
    portal = stage.portals[0]
    rows: list[list[object]] = []
    with chromium() as browser, direct_portal(stage.standin) as rival:
        for title, where, origin, ready in (
            ("this app", portal, stage.app.origin, READY),
            ("page on b24jssdk", rival.portal, rival.origin, "#add:not([disabled])"),
        ):
            seen = [_seen(browser, where, origin, ready) for _ in range(size.opens)]
            middle = {key: median(each[key] for each in seen) for key in seen[0]}
            rows.append([title, *(middle[key] for key in _COLUMNS)])
            if where is portal:
                chapter.verdicts += _verdicts(middle)
        chapter.table(["tab", *_COLUMNS.values()], rows)
        stage.wait_for_answers(size.latency_ms)
        rival.portal.standin.switch(rival.portal.name, latency_ms=size.latency_ms)
        _compare_clicks(browser, stage, rival, size, chapter)
    return chapter


_COLUMNS = {
    "cold": "kB cold, SDK apart",
    "cold_sdk": "kB of the SDK",
    "warm": "kB warm, SDK apart",
    "paint": "first contentful paint, ms",
    "ready": "interactive, ms",
    "shift": "layout shift",
}


def _seen(browser: Browser, portal: StandInPortal, origin: str, ready: str) -> dict[str, float]:
    """Figures of a first opening and, for the bytes, of a second one."""
    deal = Task.at(portal, OPEN).deal
    portal.standin.add_payments(portal.name, deal, count=_PAYMENTS)
    with person(browser) as context:
        frame, traffic = open_tab(context, portal, deal, ready=ready, is_slow=True)
        seen: dict[str, Any] = frame.evaluate(_SEEN)
        cold, sdk = traffic.of(origin, but=_SDK), traffic.of(origin, but="\0")
        _, again = open_tab(context, portal, deal, ready=ready, is_slow=True)
        return {
            "cold": cold / 1000,
            "cold_sdk": (sdk - cold) / 1000,
            "warm": again.of(origin, but=_SDK) / 1000,
            **{key: float(value) for key, value in seen.items()},
        }


def _verdicts(middle: dict[str, float]) -> list[Verdict]:
    return [
        Verdict("bytes to a ready tab, cold, SDK apart", 40, middle["cold"], "kB"),
        Verdict("bytes to a ready tab, warm, SDK apart", 6, middle["warm"], "kB"),
        Verdict("first contentful paint, slow line and processor", 700, middle["paint"], "ms"),
        Verdict("interactive, slow line and processor", 900, middle["ready"], "ms"),
        Verdict("layout shift", 0.02, middle["shift"]),
    ]


def _compare_clicks(
    browser: Browser, stage: Stage, rival: Direct, size: Size, chapter: Chapter
) -> None:
    """From the click to "added" in the page, and to the first sign of work."""
    portal, count = stage.portals[0], max(2, size.pairs // 4)
    working: list[float] = []
    added: list[float] = []
    adding = {"status": "status", "button": "#send"}
    with person(browser) as context:
        deal = Task.at(portal, OPEN).deal
        frame, _ = open_tab(context, portal, deal, ready=READY, is_slow=False)
        for number in range(count):
            frame.wait_for_selector(READY)
            text = ("Adding", "added.")[number % 2]
            taken = float(frame.evaluate(_CLICK, {**adding, "text": text}))
            (working, added)[number % 2].append(taken)
            frame.wait_for_function(
                "count => document.querySelectorAll('#list tbody tr').length === count",
                arg=number + 1,
            )
    with person(browser) as context:
        deal, rows = add_deal(rival.portal, rows=ROWS)
        frame, _ = open_tab(
            context, rival.portal, deal, ready="#add:not([disabled])", is_slow=False
        )
        trips = {}
        times: dict[str, list[float]] = {}
        for work, script in (
            ("open", "direct.open()"),
            ("add", "direct.add()"),
            ("fill", f"direct.add({rows})"),
        ):
            rival.portal.standin.clear_calls(rival.portal.name)
            times[work] = [float(frame.evaluate(script)) for _ in range(count // 2)]
            calls = rival.portal.standin.calls(rival.portal.name)
            trips[work] = len(calls) // max(1, count // 2)
    chapter.verdicts.append(Verdict('click to "working"', 100, median(working), "ms"))
    chapter.say(
        f"With {size.latency_ms} ms of portal and no slow-down, from the click to “added” and the "
        f"new list: this app {median(added):.0f} ms, the page on b24jssdk "
        f"{median(times['add']):.0f} ms, and {median(times['fill']):.0f} ms with {ROWS} rows. "
        f"Its portal round trips: {trips['open']} for a tab, {trips['add']} for an add, "
        f"{trips['fill']} with {ROWS} rows."
    )
