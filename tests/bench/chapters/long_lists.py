"""The works on a deal with one payment and on one with very many, beside the portal's own part."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from tests.bench.load.lines import ask_beside, line_to
from tests.bench.load.portals import installed_portal
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.serving.contenders import ADD, OPEN, TITLES, Task, bare, ours
from tests.standin.portal import StandInPortal
from tests.support.app import App

LIST_HEAD = ["database", "work", "payments", "whole p50, ms", "added p50, ms"]
_FEWEST_ROUNDS = 3


def measure_lists(app: App, size: Size, database: str, chapter: Chapter) -> list[list[object]]:
    """The lines of the table; the verdicts go to the chapter."""
    portal = installed_portal(app)
    rounds = max(_FEWEST_ROUNDS, size.growth_pairs // 5)
    rows: list[list[object]] = []
    for work in (OPEN, ADD):
        long = _deal(portal, work, payments=size.payments)
        pairs = [(_deal(portal, work, payments=1), long) for _ in range(rounds)]
        short_times, long_times = _interleaved(app, portal, pairs)
        for payments, (whole, added) in ((1, short_times), (size.payments, long_times)):
            rows.append([database, TITLES[work], f"{payments:,}", whole, added])
        change = 100 * (long_times[1] / short_times[1] - 1)
        what = f"p50 change of the time added with {size.payments:,} payments"
        chapter.verdicts.append(Verdict(f"{what}, {TITLES[work]}, {database}", 5, change, "%"))
    return rows


def _deal(portal: StandInPortal, work: str, *, payments: int) -> Task:
    task = replace(Task.at(portal, OPEN), work=work)
    portal.standin.add_payments(portal.name, task.deal, count=payments)
    return task


def _interleaved(
    app: App, portal: StandInPortal, pairs: list[tuple[Task, Task]]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """(whole, added) of the median work on a short and on a long list, in milliseconds."""
    entrant, plain = ours(app), bare(portal.standin)
    found: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    with line_to(app.port) as line, line_to(portal.standin.port) as direct:
        for pair in pairs:
            for task, times in zip(pair, found, strict=True):
                request, call = entrant.request(task), plain.request(task)
                times.append(
                    ask_beside(line, direct, request, (call, call), entrant.marks[task.work])
                )
    return _medians(found[0]), _medians(found[1])


def _medians(seconds: list[tuple[float, float]]) -> tuple[float, float]:
    return (
        1000 * median(whole for whole, _ in seconds),
        1000 * median(added for _, added in seconds),
    )
