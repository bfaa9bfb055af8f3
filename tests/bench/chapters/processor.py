"""Processor time of a click, in no-op views: what a server costs, however quick its machine is."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from tests.bench.load.generator import Load, User, apply_load
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.measuring.processes import cpu_seconds, switches
from tests.bench.serving.contenders import ADD, OPEN, TITLES, Contender, Task
from tests.bench.serving.stage import Stage

# So many that no list grows long while they are clicked in turn.
_DEALS = 512
_MOST_NOOPS = {OPEN: 1.8, ADD: 2.4}


@dataclass
class _Runs:
    """What each run of one contender took for an answer."""

    contender: Contender
    milliseconds: list[float] = field(default_factory=list)
    switches: list[float] = field(default_factory=list)
    answers_a_deal: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def middle(self) -> float:
        return median(self.milliseconds)

    def note(self, load: Load, cpu: float, switched: int) -> None:
        answered = max(1, load.answered)
        self.milliseconds.append(cpu * 1000 / answered)
        self.switches.append(switched / answered)
        self.answers_a_deal.append(load.answered / _DEALS)
        self.errors += load.errors


def measure_processor(stage: Stage, size: Size) -> Chapter:
    """The contenders turn by turn, so that a noisy minute meets all of them."""
    chapter = Chapter("Processor time of a click")
    rows: list[list[object]] = []
    for work in (OPEN, ADD):
        for users in size.users[1:]:
            entrants = [_Runs(stage.pooled), _Runs(stage.ours), _Runs(stage.official)]
            for _ in range(size.runs):
                for runs in entrants:
                    _run(stage, size, runs, work, users)
            noop = entrants[0].middle
            rows += [_row(runs, work, users, noop) for runs in entrants]
            what = f"processor time of the no-op view, {TITLES[work]}, {users} users"
            measured = entrants[1].middle / noop
            chapter.verdicts.append(Verdict(what, _MOST_NOOPS[work], measured, "×"))
    head = ["work", "users", "who", "CPU ms/answer", "min–max", "no-op views", "switches/answer"]
    chapter.table([*head, "answers a deal", "errors"], rows)
    return chapter


def _row(runs: _Runs, work: str, users: int, noop: float) -> list[object]:
    spread = f"{min(runs.milliseconds):.2f}–{max(runs.milliseconds):.2f}"
    middle, times = f"{runs.middle:.2f}", f"{runs.middle / noop:.2f}"
    title, switched = runs.contender.title, median(runs.switches)
    of_deal = max(runs.answers_a_deal)
    return [TITLES[work], users, title, middle, spread, times, switched, of_deal, runs.errors]


def _run(stage: Stage, size: Size, runs: _Runs, work: str, users: int) -> None:
    entrant = runs.contender
    portals = stage.tls_portals if entrant is stage.official else stage.portals
    stage.wait_for_answers(0)
    people = []
    for number in range(users):
        portal = portals[number % len(portals)]
        requests = tuple(entrant.request(Task.at(portal, work)) for _ in range(_DEALS // users))
        people.append(User(entrant.port, requests, entrant.marks[work]))
    stage.wait_for_answers(size.latency_ms)
    pids = entrant.worker_pids()
    before, switched = cpu_seconds(pids), switches(pids)
    load = apply_load(people, seconds=size.seconds, warm=size.warm)
    runs.note(load, cpu_seconds(pids) - before, switches(pids) - switched)
