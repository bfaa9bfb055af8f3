"""One user: round trips of each work, and the time that it adds to the bare REST call."""

from __future__ import annotations

from tests.bench.load.lines import ask_beside, line_to
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Times, Verdict
from tests.bench.serving.contenders import ADD, FILL, OPEN, TITLES, WORKS, Contender, Task, bare
from tests.bench.serving.stage import Stage
from tests.standin.portal import StandInPortal

# A rival that needs many calls for one work is slow enough to be judged by fewer of them.
_FEWER = 3


def measure_trips(stage: Stage) -> Chapter:
    """Requests to the portal and to the OAuth server, counted where they arrive."""
    chapter = Chapter("Round trips")
    stage.wait_for_answers(0)
    entrants = [
        (stage.ours, stage.portals[0]),
        (stage.pooled, stage.portals[0]),
        (stage.official, stage.tls_portals[0]),
    ]
    rows: list[list[object]] = []
    for contender, portal in entrants:
        trips = [_trips(contender, portal, work) for work in WORKS]
        rows.append([contender.title, *(f"{rest} + {oauth}" for rest, oauth in trips)])
        if contender is stage.ours:
            for work, (rest, oauth) in zip(WORKS, trips, strict=True):
                chapter.verdicts.append(Verdict(f"portal round trips, {TITLES[work]}", 1, rest))
                if work == OPEN:
                    what = "OAuth round trips, tab open of a known person"
                    chapter.verdicts.append(Verdict(what, 0, oauth))
    chapter.table(["portal + OAuth server", *TITLES.values()], rows)
    return chapter


def _trips(contender: Contender, portal: StandInPortal, work: str) -> tuple[int, int]:
    """Of somebody who has been there today."""
    first, request = (contender.request(Task.at(portal, each)) for each in (OPEN, work))
    with line_to(contender.port) as line:
        line.ask(first, contender.marks[OPEN])
        portal.standin.clear_calls(portal.name)
        line.ask(request, contender.marks[work])
    servers = [call["server"] for call in portal.standin.calls(portal.name)]
    return servers.count("portal"), servers.count("oauth")


def measure_overhead(stage: Stage, size: Size) -> Chapter:
    """Time added to the bare call: the call, the work, the call again, and so on."""
    chapter = Chapter("Time added to the bare REST call, one user")
    rows: list[list[object]] = []
    for latency in (size.latency_ms, 0):
        for contender, portal, pairs in (
            (stage.ours, stage.portals[0], size.pairs),
            (stage.pooled, stage.portals[0], size.pairs),
            (stage.official, stage.tls_portals[0], max(2, size.pairs // _FEWER)),
        ):
            for work in WORKS:
                whole, added = _interleaved(stage, contender, portal, work, pairs, latency)
                rows.append(
                    [latency, contender.title, TITLES[work], whole.p50, added.p50, added.p95]
                )
                if contender is stage.ours and latency:
                    chapter.verdicts += _verdicts(work, added)
    head = ["portal, ms", "who", "work", "whole p50, ms", "added p50, ms", "added p95, ms"]
    chapter.table(head, rows)
    chapter.say(
        "Interleaved call, work, call; added is the work less the mean of the calls around it. "
        "The call is the app's own batch for that work. The view on b24pysdk needs several calls, "
        "each of which waits for the portal."
    )
    return chapter


def _verdicts(work: str, added: Times) -> list[Verdict]:
    if work == FILL:
        return []
    if work == ADD:
        return [
            Verdict("time added to an add, p50", 6, added.p50, "ms"),
            Verdict("time added to an add, p95", 12, added.p95, "ms"),
        ]
    return [Verdict("time added to a tab open, p50", 10, added.p50, "ms")]


def _interleaved(
    stage: Stage, contender: Contender, portal: StandInPortal, work: str, pairs: int, latency: int
) -> tuple[Times, Times]:
    """(the whole, what is added) of so many works, each on a fresh deal."""
    plain, beside = bare(stage.standin), stage.portals[0]
    tasks = [Task.at(portal, work) for _ in range(pairs + 1)]
    stage.wait_for_answers(0)
    requests = [contender.request(task) for task in tasks]
    calls = [plain.request(Task.at(beside, work)) for _ in range(2 * pairs + 2)]
    stage.wait_for_answers(latency)
    mark = contender.marks[work]
    with line_to(contender.port) as line, line_to(stage.standin.port) as direct:
        times = [
            ask_beside(line, direct, request, (calls.pop(), calls.pop()), mark)
            for request in requests
        ]
    whole, added = zip(*times[1:], strict=True)
    return Times.of_seconds(whole), Times.of_seconds(added)
