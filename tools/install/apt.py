"""Debian's packages, where we are root and may install them."""

from __future__ import annotations

import os
import shutil
import subprocess

from tools.steps import run_quietly, step

_UNATTENDED = {"DEBIAN_FRONTEND": "noninteractive"}


def can_install() -> bool:
    """Whether this is root on a system with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def knows(package: str) -> bool:
    """Whether this system's lists have such a package."""
    return subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0


def install(*packages: str) -> None:
    """Install system packages as one step; raises StepFailed."""
    with step(f"apt-get install {' '.join(packages)}"):
        run_quietly(["apt-get", "update", "-q"], env=_UNATTENDED)
        command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
        run_quietly(command, env=_UNATTENDED)
