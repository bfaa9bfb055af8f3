"""One step of a setup or a check: a line that says what and how long, its output only if it fails.

Standard library alone, like every file here that runs before the virtual environment exists.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")


class StepFailed(Exception):
    """A step did not do its work; the text is what to show."""


def run(
    title: str, *command: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> None:
    """Run one command as a step, with `env` on top of ours; raises StepFailed with its output."""
    with step(title):
        run_quietly(command, env=env, cwd=cwd)


def run_quietly(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> str:
    """The output of a command; raises StepFailed with all of it if the command fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise StepFailed(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise StepFailed(f"$ {' '.join(map(str, command))}\n{done.stdout.strip()}")
    return done.stdout


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, then how long it took or that it failed."""
    print(f"{title:<34}", end=" ", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:6.1f} s", flush=True)


def stop(reason: object) -> NoReturn:
    """End the process with what went wrong on the error stream."""
    sys.stdout.flush()
    sys.exit(str(reason))
