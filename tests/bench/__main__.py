"""`make bench`: measure the app beside its rivals in one run, and write docs/benchmarks.md.

SIZE=tiny is a quick look, ONLY="trips faults" measures some chapters; both only print.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.bench.chapters.faults import measure_faults
from tests.bench.chapters.growth import measure_growth
from tests.bench.chapters.memory import measure_memory
from tests.bench.chapters.neighbours import measure_neighbours
from tests.bench.chapters.overhead import measure_overhead, measure_trips
from tests.bench.chapters.paint import measure_paint
from tests.bench.chapters.processor import measure_processor
from tests.bench.chapters.rate_limits import measure_limits
from tests.bench.chapters.throughput import measure_throughput
from tests.bench.load.sizes import FULL, SIZES, Size
from tests.bench.measuring.figures import Chapter
from tests.bench.measuring.report import budgets_of, report_of
from tests.bench.measuring.steadiness import Steadiness
from tests.bench.serving.stage import Stage, set_up
from tests.support.app import ROOT
from tools.steps import step

REPORT = ROOT / "docs" / "benchmarks.md"


CHAPTERS: dict[str, Callable[[Stage, Size], Chapter]] = {
    "trips": lambda stage, _: measure_trips(stage),
    "overhead": measure_overhead,
    "cpu": measure_processor,
    "throughput": measure_throughput,
    "faults": lambda stage, _: measure_faults(stage),
    "paint": measure_paint,
    "memory": measure_memory,
    "growth": measure_growth,
    "limits": measure_limits,
    "neighbours": measure_neighbours,
}


def main() -> None:
    """Measure chapter by chapter; everything started is stopped, whatever happens."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))
    size = SIZES[os.environ.get("SIZE") or FULL.name]
    wanted = os.environ.get("ONLY", "").split() or list(CHAPTERS)
    began = time.monotonic()
    chapters = []
    steadiness = Steadiness()
    with tempfile.TemporaryDirectory(prefix="deal-payments-") as name, ExitStack() as stack:
        with step("servers and portals"):
            stage = stack.enter_context(set_up(Path(name), users=max(size.users)))
        steadiness.probe()
        for title in wanted:
            with step(title):
                chapters.append(CHAPTERS[title](stage, size))
            steadiness.probe()
    report = REPORT if size is FULL and len(wanted) == len(CHAPTERS) else None
    seconds, before = time.monotonic() - began, REPORT.read_text()
    text = report_of(size, chapters, seconds, steadiness, before=before)
    if report is None:
        print(text)
    else:
        report.write_text(text)
        print(budgets_of(chapters))
        print(f"written: {report.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
