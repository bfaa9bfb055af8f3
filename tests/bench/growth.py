"""Growth: the same works beside few rows and beside very many, on both databases, interleaved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from tests.app import App
from tests.bench.contenders import ADD, OPEN, TITLES, Contender, Task, ours
from tests.bench.counting import HEADER
from tests.bench.figures import Chapter, Verdict
from tests.bench.lines import line_to
from tests.bench.offices import open_office
from tests.bench.rows import grow
from tests.bench.servers import own_app
from tests.bench.sizes import Size
from tests.bench.stage import Stage
from tests.tools import postgres

_CONFIG = "python:tests.bench.counting"
_WORKS = (OPEN, ADD)


def measure_growth(stage: Stage, size: Size) -> Chapter:
    """Both apps open portals of the same stand-in; one of them has the rows of years."""
    chapter = Chapter("Growth and database queries")
    stage.wait_for_answers(0)
    rows: list[list[object]] = []
    for name, urls in (("SQLite", _sqlite(stage.folder)), ("PostgreSQL", _postgresql())):
        with urls as found:
            if found is None:
                chapter.say(f"{name}: not measured, there is none here.")
                continue
            with _two_apps(stage, found) as (small, big):
                grow(found[1], portals=size.portals, attempts=size.attempts)
                for work in _WORKS:
                    few, many = _both(stage, small, big, work, size.growth_pairs)
                    change = 100 * (many / few - 1)
                    what = f"{size.portals:,} portals, {size.attempts:,} attempts"
                    rows.append([name, TITLES[work], what, few, many, f"{change:+.1f} %"])
                    about = f"p50 change with {what}, {TITLES[work]}, {name}"
                    chapter.verdicts.append(Verdict(about, 5, change, "%"))
                rows += _with_payments(stage, small, size, name, chapter)
    head = ["database", "work", "grown to", "before p50, ms", "after p50, ms", "change"]
    chapter.table(head, rows)
    chapter.say(
        "A portal itself needs longer for a longer list, and its answer is larger: the lines with "
        "payments hold the stand-in's part too. The tab shows 50 payments at once."
    )
    return chapter


def _both(stage: Stage, small: App, big: App, work: str, pairs: int) -> tuple[float, float]:
    """Milliseconds of the median work at each."""
    entrants = [(ours(app), open_office(app)) for app in (small, big)]
    requests = [
        [entrant.request(Task.at(office, work)) for _ in range(pairs + 1)]
        for entrant, office in entrants
    ]
    times: tuple[list[float], list[float]] = ([], [])
    with line_to(small.port) as first, line_to(big.port) as second:
        for pair in zip(*requests, strict=True):
            for line, request, found in zip((first, second), pair, times, strict=True):
                found.append(1000 * line.ask(request, entrants[0][0].marks[work]))
    return median(times[0][1:]), median(times[1][1:])


def _with_payments(
    stage: Stage, app: App, size: Size, name: str, chapter: Chapter
) -> list[list[object]]:
    """The works on a deal with one payment and on one with very many, and their queries."""
    entrant, office = ours(app), open_office(app)
    few, many = (Task.at(office, OPEN) for _ in range(2))
    office.standin.add_payments(office.name, few.deal, count=1)
    office.standin.add_payments(office.name, many.deal, count=size.payments)
    rows: list[list[object]] = []
    for work in _WORKS:
        times: tuple[list[float], list[float]] = ([], [])
        queries = []
        for task in (few, many):
            queries.append(_queries(entrant, replace(task, work=work)))
        with line_to(app.port) as line:
            for _ in range(max(3, size.growth_pairs // 10)):
                for task, found in zip((few, many), times, strict=True):
                    request = entrant.request(replace(task, work=work))
                    found.append(1000 * line.ask(request, entrant.marks[work]))
        before, after = (median(each) for each in times)
        change = f"{100 * (after / before - 1):+.0f} %"
        rows.append([name, TITLES[work], f"{size.payments:,} payments", before, after, change])
        chapter.verdicts.append(Verdict(f"queries, {TITLES[work]}, {name}", 5, max(queries)))
        chapter.verdicts.append(
            Verdict(
                f"more queries with {size.payments:,} payments, {TITLES[work]}, {name}",
                0,
                queries[1] - queries[0],
            )
        )
    return rows


def _queries(entrant: Contender, task: Task) -> int:
    """What the app says that this work took, the second time that its thread did it."""
    count = 0
    connection = HTTPConnection("127.0.0.1", entrant.port, timeout=60)
    for _ in range(2):
        request = entrant.request(task)
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        connection.request("POST", first.split()[1], body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        count = int(answer.headers[HEADER])
    connection.close()
    return count


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
