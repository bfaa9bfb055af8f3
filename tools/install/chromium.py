"""The Chromium that the browser tests drive: the system's own, or else Playwright's."""

from __future__ import annotations

import os
import shutil
from typing import Any

from tools.install import apt
from tools.steps import PYTHON, StepFailed, run

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The program of a Chromium on this system, or None."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def provide() -> None:
    """Install a Chromium unless there is one; raises StepFailed with what to do."""
    if find():
        return
    if apt.can_install():
        apt.install("chromium")
        return
    try:
        run("Chromium", PYTHON, "-m", "playwright", "install", "chromium")
    except StepFailed as failure:
        raise StepFailed(
            f"{failure}\nThe browser tests need it: apt-get install chromium"
        ) from None


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` is given on this system."""
    return {
        "executable_path": find(),
        # Root can start Chromium without its sandbox alone; the pages in it are our own.
        "chromium_sandbox": os.geteuid() != 0,
    }
