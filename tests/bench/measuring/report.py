"""The report: which machine, the budgets held and missed, the chapters, what figures do not say."""

from __future__ import annotations

import os
import platform
import re
import sysconfig
import time
from importlib.metadata import version

from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.measuring.steadiness import Steadiness

_PACKAGES = ("django", "gunicorn", "urllib3", "requests", "psycopg", "b24pysdk")
_LIMITS = """\
- Everything shares one small machine: the load, the stand-in, the app and its database. Times are
  those of that machine on that day, and only ratios within one run carry over to another.
- Where many users wait, the processors are the limit, so the ratio of two answers/s is the ratio of
  the processor time that a whole click costs, the load's and the stand-in's own part included. On
  processors of its own an app waits for the portal, and the two come closer.
- The stand-in answers in the time it is told to. A real portal takes 400 to 900 ms for these calls,
  and with those the app's own milliseconds vanish; the number of calls is what people feel.
- The no-op view proves no launch, keeps no tokens and no record, and shows nothing. It is a floor,
  not a product.
- b24pysdk speaks https alone and is measured against the stand-in with TLS, with the public
  authorities' certificates loaded as everywhere. The app is measured both ways.
- `b24jssdk` has no server, so it stands in the table of the browser and of faults alone.
- SQLite unless said otherwise. 10,000 clicks amid faults, and 200 deaths of a process at each point
  of an add, are not here but in `make soak`, whose whole run, on both databases, belongs to a
  release. It compares what the app noted down, what the portals have and what people were told: no
  payment twice, none lost, no click open a minute after the quiet, no answer after more than 15 s,
  no request to a strange host, and no token in the log, the database or a page."""

_OF_SOAK = re.compile(r"^## The soak\n.*?(?=^## )", re.MULTILINE | re.DOTALL)
_WHY = {
    "answers/s of the no-op view": """\
The processors are full, the load's and the stand-in's share included, so a click may cost no more
than what the table under “Throughput” leaves for it. A click that is proven, recorded, signed and
shown costs more than that: the no-op view is Django and one call, and every further statement,
signature and line of a page comes on top. It holds again where the portal is the bottleneck: with
one user both wait for the portal.""",
    "answers/s of the view on b24pysdk": """\
That view spends most of its processor time on TLS, because it makes a new connection for each call,
and some of the full processors go to the load and the stand-in for everybody alike. Ten times its
rate would leave less for a click than proving, recording and showing it take.""",
    "time added": """\
After 50 ms of waiting, caches are cold, and the same work takes longer than with a portal that
answers at once (the table has both). What remains are the four writes and the read that exactly one
payment needs, Django's own handling, the call, and the page.""",
    "p50 change of the time added": """\
The portal gives a list whole, and its totals need every payment of it: 1,000 of them are 180 kB to
read and to check. The page has fifty lines then, where it had one.""",
    "p99 in p50s": """\
Kept connections stay with the worker that took them, and the system deals them out unevenly. On
full processors the ratio was 2.0 with 32 of 64 people at each worker, and 2.6 with 21 at one and 43
at the other.""",
    "cold start": """\
Nearly all of it is Python reading Django, allauth and what they need, once for both workers.""",
    "drift": """\
Not Python's objects, whose number stays the same, but the C library's heap under 64 threads: each
of them adds to it until it has met its largest request. The table under “Memory and start” has the
whole course.""",
    "memory of a worker": """\
Most of it is code: Django, allauth, cryptography, babel.""",
}


def report_of(
    size: Size, chapters: list[Chapter], seconds: float, steadiness: Steadiness, *, before: str = ""
) -> str:
    """The whole report in Markdown; what the one before tells of `make soak` stays in it."""
    missed = [verdict for verdict in _verdicts(chapters) if not verdict.is_held]
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench`{'' if size.name == 'full' else f' SIZE={size.name}'} in "
        f"{seconds / 60:.0f} minutes. {_machine()} {steadiness.sentence}",
        "",
        f"The portal is the stand-in of the tests. It takes {size.latency_ms} ms an answer where "
        "nothing else is said; 2 workers of gunicorn serve each contender, with the app's own "
        "gunicorn.conf.py or its like.",
        "",
        "## Budgets",
        "",
        budgets_of(chapters),
        "",
        *_reasons(missed),
    ]
    for chapter in chapters:
        lines += [f"## {chapter.title}", "", *chapter.lines]
    if kept := _OF_SOAK.search(before):
        lines += [kept[0].rstrip(), ""]
    lines += ["## What these figures do not say", "", _LIMITS, ""]
    return "\n".join(lines)


def budgets_of(chapters: list[Chapter]) -> str:
    """How many budgets are held, and a table of all."""
    verdicts = _verdicts(chapters)
    held = sum(verdict.is_held for verdict in verdicts)
    rows = [f"{held} of {len(verdicts)} held.", ""]
    rows += ["| what | budget | measured | |", "|---|---|---|---|"]
    for verdict in verdicts:
        sign = "≥" if verdict.is_floor else "≤"
        budget = f"{sign} {verdict.budget:g} {verdict.unit}".strip()
        measured = f"{verdict.measured:.4g} {verdict.unit}".strip()
        rows.append(f"| {verdict.what} | {budget} | {measured} | {verdict.words} |")
    return "\n".join(rows)


def _verdicts(chapters: list[Chapter]) -> list[Verdict]:
    return [verdict for chapter in chapters for verdict in chapter.verdicts]


def _reasons(missed: list[Verdict]) -> list[str]:
    """Why budgets are missed, a paragraph for each kind."""
    return [
        line
        for kind, reason in _WHY.items()
        if any(verdict.what.startswith(kind) for verdict in missed)
        for line in (f"**{kind[0].upper()}{kind[1:]}.** {reason}", "")
    ]


def _machine() -> str:
    """The machine in general words, and the versions that matter."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    load = os.getloadavg()[0]
    cores = os.cpu_count()
    calm = "" if load < 2 * (cores or 1) else f" **The machine was busy (load {load:.0f}).**"
    return (
        f"{time.strftime('%Y-%m-%d')}, {cores} cores, {platform.system()} "
        f"{platform.machine()}, CPython {platform.python_version()}, built {_build()} its own "
        f"profile; {packages}.{calm}"
    )


def _build() -> str:
    """Whether the interpreter was optimised by how it had run, which is worth a tenth."""
    arguments = str(sysconfig.get_config_var("CONFIG_ARGS"))
    return "by" if "--enable-optimizations" in arguments else "without"
