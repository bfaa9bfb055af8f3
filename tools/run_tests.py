"""Run the whole suite on SQLite, then on PostgreSQL what a database can make a difference to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

from tools import postgres
from tools.install import engines
from tools.steps import PYTHON, ROOT, StepFailed, stop

# One more than the smallest machine has processors, because tests wait for portals, pauses and
# browsers; those that measure time come after the others, by twos.
_PASSES = {"not timed": 3, "timed": 2}
_PYTEST = [PYTHON, "-m", "pytest", "--dist", "loadgroup"]
# Each test process and each server of a test reads what another has compiled.
_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
TOUCHES_DATABASE = "not browser and not contract and not front and not pure and not words"
_NO_POSTGRES = "not run: no PostgreSQL here, and it cannot be installed without root"
_RED, _PLAIN = "\033[1;31m", "\033[0m"


@dataclass(frozen=True)
class Leg:
    """What came of a part of the tests: whether that is good enough, and its closing line."""

    is_good: bool
    closing: str
    was_run: bool = True


def main() -> None:
    """Run both legs, repeat their closing lines, and fail if one of them failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="deal-payments-") as folder:
        results = run_leg("SQLite", f"sqlite:///{folder}/app.sqlite3")
    try:
        with postgres.database() as url:
            if url:
                results |= run_leg("PostgreSQL", url, f"{TOUCHES_DATABASE} and ")
            else:
                is_good = os.environ.get("CI") != "true"
                results["PostgreSQL"] = Leg(is_good, _NO_POSTGRES, was_run=False)
    except StepFailed as failure:
        stop(failure)
    for name in engines.missing():
        results[name] = Leg(not engines.are_required(), engines.explain(name), was_run=False)
    print(closing_lines(results, is_coloured=sys.stdout.isatty()))
    sys.exit(0 if all(leg.is_good for leg in results.values()) else 1)


def closing_lines(results: Mapping[str, Leg], *, is_coloured: bool) -> str:
    """The closing line of each leg; one that was not run, which looks like one that passed, in red.

    Without colours it is in capitals.
    """
    lines = []
    for name, leg in results.items():
        told = f"{name}\n{leg.closing}"
        if not leg.was_run:
            told = f"{_RED}{told}{_PLAIN}" if is_coloured else told.upper()
        lines.append(f"\n{told}")
    return "\n".join(lines)


def run_leg(name: str, database_url: str, chosen: str = "") -> dict[str, Leg]:
    """What came of each pass on this database."""
    return {
        f"{name}, {which}": run_pass(
            f"{name}, {which}", database_url, "-n", str(workers), "-m", chosen + which
        )
        for which, workers in _PASSES.items()
    }


def run_pass(name: str, database_url: str, *options: str) -> Leg:
    """What came of one run of pytest; prints all it says."""
    print(f"\n{name}", flush=True)
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    environment = {**os.environ, **_COMPILED, "DATABASE_URL": database_url}
    command = [*_PYTEST, *colour, *options]
    closing = ""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                closing = line.strip() or closing
        except SystemExit:
            # pytest takes its servers and databases down on an interrupt, not on a termination.
            process.send_signal(signal.SIGINT)
            raise
    return Leg(process.returncode == 0, closing)


if __name__ == "__main__":
    main()
