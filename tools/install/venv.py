"""The virtual environment `.venv` and the Python packages in it."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.install import apt, levels, locks, stamps
from tools.steps import PYTHON, ROOT, VENV, StepFailed, run, run_quietly, step

_STAMP = VENV / ".stamp"
_SOURCES = {level: [locks.of_level(level)] for level in levels.LEVELS}
_PURPOSES = {levels.RUN: "run", levels.DEMO: "show", levels.TESTS: "test"}


def oldest_python() -> tuple[int, int]:
    """The oldest Python that will do, from pyproject.toml; an older one cannot read TOML."""
    text = (ROOT / "pyproject.toml").read_text()
    [(major, minor)] = re.findall(r'^requires-python = ">=(\d+)\.(\d+)"$', text, re.MULTILINE)
    return int(major), int(minor)


def make_venv() -> None:
    """Make `.venv` unless a working one is there; raises StepFailed with what is missing."""
    if _works():
        return
    oldest = oldest_python()
    if sys.version_info < oldest:
        found = sys.version.split()[0]
        raise StepFailed(f"Python {oldest[0]}.{oldest[1]} or newer is needed, python3 is {found}")
    if not _has_venv() and apt.can_install():
        apt.install("python3-venv")
    with step("virtual environment"):
        shutil.rmtree(VENV, ignore_errors=True)
        if _has_venv():
            run_quietly([sys.executable, "-m", "venv", VENV])
        elif virtualenv := shutil.which("virtualenv"):
            run_quietly([virtualenv, "--python", sys.executable, VENV])
        elif importlib.util.find_spec("pip"):
            _make_with_borrowed_virtualenv()
        else:
            raise StepFailed("python3 has neither venv nor pip: apt-get install python3-venv")


def install_packages(level: str) -> None:
    """Install the locked packages of a level into `.venv`, unless they are there already."""
    if levels.is_installed(_STAMP, level, _SOURCES):
        return
    command = locks.install_command(locks.of_level(level))
    run(f"Python packages to {_PURPOSES[level]}", *command)
    stamps.put(_STAMP, levels.mark(level, _SOURCES[level]))


def _works() -> bool:
    if not Path(PYTHON).exists():
        return False
    probe = f"import pip, sys; sys.exit(sys.version_info < {oldest_python()})"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0


def _has_venv() -> bool:
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def _make_with_borrowed_virtualenv() -> None:
    with tempfile.TemporaryDirectory() as folder:
        install = locks.install_command(locks.VIRTUALENV, sys.executable)
        run_quietly([*install, "--target", folder])
        command = [sys.executable, "-m", "virtualenv", str(VENV)]
        run_quietly(command, env={"PYTHONPATH": folder}, cwd=Path(folder))
