"""Growth: the same works beside few rows and beside very many, on both databases, interleaved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests.bench.chapters.long_lists import LIST_HEAD, measure_lists
from tests.bench.chapters.queries import QUERY_HEAD, measure_queries
from tests.bench.load.lines import line_to
from tests.bench.load.portals import installed_portal
from tests.bench.load.rows import grow
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.serving.contenders import ADD, OPEN, TITLES, Task, ours
from tests.bench.serving.servers import own_app
from tests.bench.serving.stage import Stage
from tests.support.app import App
from tools import postgres

_CONFIG = "python:tests.bench.serving.counting"


def measure_growth(stage: Stage, size: Size) -> Chapter:
    """Both apps open portals of the same stand-in; one of them has the rows of years."""
    chapter = Chapter("Growth and database queries")
    stage.wait_for_answers(0)
    grown: list[list[object]] = []
    lists: list[list[object]] = []
    queries: list[list[object]] = []
    for name, urls in (("SQLite", _sqlite(stage.folder)), ("PostgreSQL", _postgresql())):
        with urls as found:
            if found is None:
                chapter.say(f"{name}: not measured, there is none here.")
                continue
            with _two_apps(stage, found) as (small, big):
                grow(found[1], portals=size.portals, attempts=size.attempts)
                grown += _grown(small, big, size, name, chapter)
                queries += measure_queries(small, size, name, chapter)
                lists += measure_lists(small, size, name, chapter)
    head = ["database", "work", "grown to", "before p50, ms", "after p50, ms", "change"]
    chapter.table(head, grown)
    chapter.table(QUERY_HEAD, queries)
    chapter.table(LIST_HEAD, lists)
    chapter.say(
        "Added is what the app takes beside its own batch, sent directly before and after: the "
        "portal's part is not in it. A list has no pages, and its totals need all of it; the tab "
        "shows 50 payments at once."
    )
    return chapter


def _grown(small: App, big: App, size: Size, name: str, chapter: Chapter) -> list[list[object]]:
    rows: list[list[object]] = []
    for work in (OPEN, ADD):
        few, many = _both(small, big, work, size.growth_pairs)
        change = 100 * (many / few - 1)
        what = f"{size.portals:,} portals, {size.attempts:,} attempts"
        rows.append([name, TITLES[work], what, few, many, f"{change:+.1f} %"])
        about = f"p50 change with {what}, {TITLES[work]}, {name}"
        chapter.verdicts.append(Verdict(about, 5, change, "%"))
    return rows


def _both(small: App, big: App, work: str, pairs: int) -> tuple[float, float]:
    """Milliseconds of the median work at each."""
    entrants = [(ours(app), installed_portal(app)) for app in (small, big)]
    requests = [
        [entrant.request(Task.at(portal, work)) for _ in range(pairs + 1)]
        for entrant, portal in entrants
    ]
    times: tuple[list[float], list[float]] = ([], [])
    with line_to(small.port) as first, line_to(big.port) as second:
        for pair in zip(*requests, strict=True):
            for line, request, found in zip((first, second), pair, times, strict=True):
                found.append(1000 * line.ask(request, entrants[0][0].marks[work]))
    return median(times[0][1:]), median(times[1][1:])


@contextmanager
def _two_apps(stage: Stage, urls: tuple[str, str]) -> Iterator[tuple[App, App]]:
    with ExitStack() as stack:
        small, big = (
            stack.enter_context(
                own_app(stage.standin, url, stage.folder, gunicorn=f"--config {_CONFIG}")
            )
            for url in urls
        )
        yield small, big


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[str, str] | None]:
    yield f"sqlite:///{folder}/small.sqlite3", f"sqlite:///{folder}/big.sqlite3"


@contextmanager
def _postgresql() -> Iterator[tuple[str, str] | None]:
    with postgres.new_databases(2) as urls:
        yield (urls[0], urls[1]) if urls else None
