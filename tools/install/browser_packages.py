"""The npm packages whose files the pages load, in `node_modules`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.install import levels, locks, stamps
from tools.steps import ROOT, VENV, run

_STAMP = ROOT / "node_modules" / ".stamp"
_LOCKED = [ROOT / "package.json", ROOT / "package-lock.json"]
_SOURCES = dict.fromkeys(levels.LEVELS, _LOCKED)


def install_packages(level: str) -> None:
    """Install the locked packages, those of the tests included if asked, unless they are there."""
    if levels.is_installed(_STAMP, level, _SOURCES):
        return
    path = os.environ.get("PATH", os.defpath)
    if not _works("npm", path):
        path = f"{VENV / 'bin'}{os.pathsep}{path}"
        if not _works("npm", path):
            run("npm (from a wheel)", *locks.install_command(locks.NODE))
    omitted = [] if level == levels.TESTS else ["--omit=dev"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = shutil.which("npm", path=path) or "npm"
    run("browser packages", npm, "ci", *omitted, *quiet, env={"PATH": path})
    stamps.put(_STAMP, levels.mark(level, _LOCKED))


def _works(program: str, path: str) -> bool:
    found = shutil.which(program, path=path)
    if found is None:
        return False
    command: list[str | Path] = [found, "--version"]
    answer = subprocess.run(
        command, env={**os.environ, "PATH": path}, capture_output=True, check=False
    )
    return answer.returncode == 0
