"""The Chromium that the browser tests drive: the system's own, or else Playwright's."""

from __future__ import annotations

import os
import shutil
from typing import Any

from tools.install import apt
from tools.steps import PYTHON, StepFailed, run

_WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same engine without the browser around it: half the processor's time.
_ENGINE = ("chromium-headless-shell",)


def find(names: tuple[str, ...] = _WHOLE) -> str | None:
    """The program of a Chromium on this system, or None."""
    return next((path for name in names if (path := shutil.which(name))), None)


def provide() -> None:
    """Install a Chromium unless there is one; raises StepFailed with what to do."""
    if not find():
        _install()
    if not find(_ENGINE) and apt.can_install() and apt.knows(*_ENGINE):
        apt.install(*_ENGINE)


def _install() -> None:
    if apt.can_install():
        apt.install("chromium")
        return
    try:
        run("Chromium", PYTHON, "-m", "playwright", "install", "chromium")
    except StepFailed as failure:
        raise StepFailed(
            f"{failure}\nThe browser tests need it: apt-get install chromium"
        ) from None


def launch_options(*, is_whole: bool) -> dict[str, Any]:
    """What Playwright's `chromium.launch` is given on this system."""
    path = find() if is_whole else find(_ENGINE) or find()
    return {
        "executable_path": path,
        # Playwright's own: without this it is the engine alone.
        "channel": "chromium" if is_whole and path is None else None,
        # Root can start Chromium without its sandbox alone; the pages in it are our own.
        "chromium_sandbox": os.geteuid() != 0,
    }
