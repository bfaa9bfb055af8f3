"""Many users: answers a second, their times, and the processor time of each, level by level."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from statistics import median

from tests.bench.load.generator import Load, User, apply_load
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.measuring.processes import cpu_seconds, standin_of
from tests.bench.serving.contenders import ADD, OPEN, TITLES, Contender, Task, bare
from tests.bench.serving.stage import Stage
from tests.standin.portal import StandInPortal

# Deals that the users of a level share, so that no list grows long.
_DEALS = 128
_TAIL_USERS = 64
_OF_NOOP = 0.8


@dataclass
class Level:
    """The runs of one contender with so many users."""

    contender: Contender
    work: str
    users: int
    loads: list[Load] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    stub_ms: list[float] = field(default_factory=list)
    load_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(load.rate for load in self.loads)

    def middle(self, share: float) -> float:
        """The median over the runs of this share of the times."""
        return median(load.times.at(share) for load in self.loads)

    def row(self) -> list[object]:
        rates = [load.rate for load in self.loads]
        spread = f"{min(rates):.0f}–{max(rates):.0f}" if len(rates) > 1 else "–"
        cpu = median(self.cpu_ms) if self.cpu_ms else 0.0
        return [
            TITLES[self.work],
            self.users,
            self.contender.title,
            self.rate,
            spread,
            *(self.middle(share) for share in (0.5, 0.95, 0.99)),
            cpu if cpu else "–",
            median(self.stub_ms),
            sum(load.errors for load in self.loads),
        ]


def measure_throughput(stage: Stage, size: Size) -> Chapter:
    """The same works for everybody, turn by turn, so that a noisy minute meets all of them."""
    chapter = Chapter("Throughput")
    levels: dict[tuple[str, str, int], Level] = {}
    until = time.monotonic() + size.patience
    for work in (OPEN, ADD):
        for users in size.users:
            entrants = [stage.ours, stage.pooled]
            runs = size.runs if users > 1 else 1
            once = [bare(stage.standin), stage.official, stage.ours_tls]
            for entrant in entrants + once:
                levels[entrant.title, work, users] = Level(entrant, work, users)
            for run in range(runs):
                if run and time.monotonic() > until:
                    break
                for entrant in entrants + (once if run == 0 else []):
                    _run(stage, size, levels[entrant.title, work, users])
        if max(size.users) > _TAIL_USERS:
            tail = levels[stage.ours.title, work, _TAIL_USERS] = Level(
                stage.ours, work, _TAIL_USERS
            )
            for _ in range(size.runs):
                _run(stage, size, tail)
        chapter.verdicts += _verdicts(stage, size, levels, work)
    head = ["work", "users", "who", "answers/s", "min–max", "p50, ms", "p95, ms", "p99, ms"]
    head += ["CPU ms/answer", "stand-in CPU ms/answer", "errors"]
    chapter.table(head, (level.row() for level in levels.values()))
    _tell_room(chapter, size, stage, levels)
    for level in levels.values():
        for complaint in (c for load in level.loads for c in load.complaints[:1]):
            chapter.say(f"{level.contender.title}, {level.work}, {level.users}: `{complaint!r}`")
    return chapter


def _tell_room(
    chapter: Chapter, size: Size, stage: Stage, levels: dict[tuple[str, str, int], Level]
) -> None:
    """What a click may cost on full processors so that the budget beside the no-op view holds."""
    rows: list[list[object]] = []
    for work in (OPEN, ADD):
        for users in size.users[1:]:
            own = levels[stage.ours.title, work, users]
            wanted = _OF_NOOP * levels[stage.pooled.title, work, users].rate
            whole = (os.cpu_count() or 1) * 1000 / wanted
            others = median(own.load_ms) + median(own.stub_ms)
            left = whole - others
            rows.append([TITLES[work], users, wanted, whole, others, left, median(own.cpu_ms)])
    head = ["work", "users", "answers/s asked for", "CPU ms that the machine has for each"]
    head += ["of them for load and stand-in", "left for this app", "this app takes"]
    chapter.table(head, rows)


def _run(stage: Stage, size: Size, level: Level) -> None:
    entrant, work = level.contender, level.work
    is_tls = entrant in (stage.official, stage.ours_tls)
    portals = stage.tls_portals if is_tls else stage.portals
    stage.wait_for_answers(0)
    users = _users(entrant, portals, work, level.users)
    stage.wait_for_answers(size.latency_ms)
    pids = entrant.worker_pids()
    stub = [standin_of((stage.tls_app if is_tls else stage.app).origin)]
    before, stub_before = cpu_seconds(pids), cpu_seconds(stub)
    load = apply_load(users, seconds=size.seconds, warm=size.warm)
    level.loads.append(load)
    if pids:
        level.cpu_ms.append(_each(cpu_seconds(pids) - before, load))
    level.load_ms.append(_each(load.cpu_seconds, load))
    level.stub_ms.append(_each(cpu_seconds(stub) - stub_before, load))


def _each(seconds: float, load: Load) -> float:
    return seconds * 1000 / max(1, load.answered)


def _users(entrant: Contender, portals: list[StandInPortal], work: str, count: int) -> list[User]:
    """Users spread over the portals, each with some deals of their own."""
    deals = max(1, min(8, _DEALS // count))
    users = []
    for number in range(count):
        portal = portals[number % len(portals)]
        requests = tuple(entrant.request(Task.at(portal, work)) for _ in range(deals))
        users.append(User(entrant.port, requests, entrant.marks[work]))
    return users


def _verdicts(
    stage: Stage, size: Size, levels: dict[tuple[str, str, int], Level], work: str
) -> list[Verdict]:
    found = []
    title = TITLES[work]
    for users in size.users[1:]:
        own = levels[stage.ours.title, work, users]
        noop = levels[stage.pooled.title, work, users]
        what = f"answers/s of the no-op view, {title}, {users} users"
        budget, measured = 100 * _OF_NOOP, 100 * own.rate / noop.rate
        found.append(Verdict(what, budget, measured, "%", is_floor=True))
        sdk = levels[stage.official.title, work, users]
        secure = levels[stage.ours_tls.title, work, users]
        what = f"answers/s of the view on b24pysdk, both over TLS, {title}, {users} users"
        ratio = secure.rate / max(sdk.rate, 0.01)
        found.append(Verdict(what, 10, ratio, "×", is_floor=True))
    for users in (u for u in (*size.users[1:], _TAIL_USERS) if u <= _TAIL_USERS):
        if level := levels.get((stage.ours.title, work, users)):
            what = f"p99 in p50s, {title}, {users} users"
            ratio = median(load.times.p99 / load.times.p50 for load in level.loads)
            found.append(Verdict(what, 3, ratio, "×"))
    return found
