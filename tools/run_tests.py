"""Run the whole suite on SQLite, then on PostgreSQL what a database can make a difference to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile

from tools import postgres
from tools.install import engines
from tools.steps import PYTHON, ROOT, StepFailed, stop

# One more than the smallest machine has processors, because tests wait for portals, pauses and
# browsers; those that measure time come after the others, by twos.
_PASSES = {"not timed": 3, "timed": 2}
_PYTEST = [PYTHON, "-m", "pytest", "--dist", "loadgroup"]
# Each test process and each server of a test reads what another has compiled.
_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
_TOUCHES_DATABASE = "not browser and not contract and not front and not pure and not words"
_NO_POSTGRES = "not run: no PostgreSQL here, and it cannot be installed without root"


def main() -> None:
    """Run both legs, repeat their closing lines, and fail if one of them failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="deal-payments-") as folder:
        results = run_leg("SQLite", f"sqlite:///{folder}/app.sqlite3")
    try:
        with postgres.database() as url:
            if url:
                results |= run_leg("PostgreSQL", url, f"{_TOUCHES_DATABASE} and ")
            else:
                results["PostgreSQL"] = (os.environ.get("CI") != "true", _NO_POSTGRES)
    except StepFailed as failure:
        stop(failure)
    for name in engines.missing():
        results[name] = (not engines.are_required(), engines.explain(name))
    for name, (_, closing) in results.items():
        print(f"\n{name}\n{closing}")
    sys.exit(0 if all(is_good for is_good, _ in results.values()) else 1)


def run_leg(name: str, database_url: str, chosen: str = "") -> dict[str, tuple[bool, str]]:
    """Of each pass on this database whether pytest passed, and its closing line."""
    return {
        f"{name}, {which}": run_pass(
            f"{name}, {which}", database_url, "-n", str(workers), "-m", chosen + which
        )
        for which, workers in _PASSES.items()
    }


def run_pass(name: str, database_url: str, *options: str) -> tuple[bool, str]:
    """Whether pytest passed, and its closing line; prints all it says."""
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
    return process.returncode == 0, closing


if __name__ == "__main__":
    main()
