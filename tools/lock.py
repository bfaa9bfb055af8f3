"""Lock the Python packages: `python -m tools.lock`, with `--upgrade` to newest versions.

A lock holds the chosen packages and all that these need in turn, with the hashes of all files of
each release: for every platform, and every Python that is new enough. What is locked stays as it is
while it fits.
"""

from __future__ import annotations

import sys

from tools.install import levels, locks
from tools.install.venv import oldest_python
from tools.steps import ROOT, VENV, StepFailed, run, stop


def main() -> None:
    """Make every lock; the tests run with the versions that serve."""
    major, minor = oldest_python()
    uv = [str(VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--universal"]
    uv += ["--python-version", f"{major}.{minor}", "--generate-hashes", "--no-annotate"]
    uv += ["--custom-compile-command", "make lock", *sys.argv[1:]]
    serving = locks.of_level(levels.RUN)
    try:
        for lock, lists in locks.chosen().items():
            name, *paths = (str(path.relative_to(ROOT)) for path in (lock, *lists))
            bounds = ["--constraint", serving.name] if lock != serving else []
            run(name, *uv, *bounds, "--output-file", name, *paths)
    except StepFailed as failure:
        stop(failure)


if __name__ == "__main__":
    main()
