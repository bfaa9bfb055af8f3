"""`make soak`: ten thousand clicks amid every fault, and 200 deaths at each point of an add.

On PostgreSQL, or with DATABASE=sqlite.

The seed is chosen and printed, or comes in the variable SEED and repeats a run.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tools import postgres
from tools.steps import PYTHON, ROOT, StepFailed, stop

_SIZES = {
    "tiny": {"SOAK_CLICKS": "300", "SOAK_DEATHS": "3"},
    "full": {"SOAK_CLICKS": "10000", "SOAK_DEATHS": "200"},
}


def main() -> None:
    """Run the long soak as pytest runs a file; the exit status says whether it found a defect."""
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(10**6))
    size = _SIZES[os.environ.get("SIZE") or "full"]
    print(f"SEED={seed} repeats this run", flush=True)
    command = [PYTHON, "-m", "pytest", "-q", "-p", "no:randomly", "tests/soak/long_soak.py"]
    try:
        with _database(os.environ.get("DATABASE") or "postgresql") as url:
            variables = {**os.environ, **size, "DATABASE_URL": url, "SOAK_SEED": seed}
            done = subprocess.run(command, cwd=ROOT, env=variables, check=False)
    except StepFailed as failure:
        stop(failure)
    sys.exit(done.returncode)


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """The address of an empty database; raises StepFailed where there is no PostgreSQL."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="deal-payments-") as folder:
            yield f"sqlite:///{folder}/app.sqlite3"
        return
    with postgres.database() as url:
        if url is None:
            raise StepFailed("no PostgreSQL here: DATABASE=sqlite make soak")
        yield url


if __name__ == "__main__":
    main()
