"""Check the systemd units: systemd's own verdict where it is installed, and what they run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.steps import PYTHON, ROOT, run_quietly

_UNITS = ROOT / "deploy" / "systemd"
_HOME = "/srv/deal-payments"
_NEEDED = (
    "CapabilityBoundingSet=\n",
    "NoNewPrivileges=yes",
    "PrivateTmp=yes",
    "ProtectSystem=strict",
    "User=deal-payments",
)
_LIMITS = ("MemoryMax", "TasksMax")


@cache
def command_names() -> frozenset[str]:
    """Every command that `manage.py` knows."""
    said = run_quietly([PYTHON, "manage.py", "help", "--commands"], env={"DEBUG": "1"})
    return frozenset(said.split())


def unit_problems() -> Iterator[str]:
    """What is wrong with the units."""
    common = "".join(path.read_text() for path in _UNITS.glob("*.d/*.conf"))
    yield from (f"units lack {line.strip()}" for line in _NEEDED if line not in common)
    for unit in sorted(_UNITS.glob("*.service")):
        text = unit.read_text()
        for name in _LIMITS:
            if not re.search(rf"^{name}=\d+[MG]?$", text, re.MULTILINE):
                yield f"{unit.name} has no {name}"
        for command in re.findall(r"manage\.py (\w+)", text):
            if command not in command_names():
                yield f"{unit.name} runs manage.py {command}, which does not exist"
    target = (_UNITS / "deal-payments.target").read_text()
    wanted = set(re.findall(r"deal-payments-[\w-]+\.(?:service|timer)", target))
    yield from (f"the target wants {name}" for name in wanted if not (_UNITS / name).is_file())
    timed = {path.with_suffix(".service").name for path in _UNITS.glob("*.timer")}
    started = {path.name for path in _UNITS.glob("*.service")} - timed
    started |= {path.name for path in _UNITS.glob("*.timer")}
    yield from (f"nothing starts {name}" for name in sorted(started - wanted))
    yield from _systemd_problems()


def _systemd_problems() -> Iterator[str]:
    """What systemd says about a copy of the units whose programs lie in this folder."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    with tempfile.TemporaryDirectory(prefix="deal-payments-") as folder:
        copy = Path(folder, "units")
        shutil.copytree(_UNITS, copy)
        for path in copy.rglob("*.*"):
            if path.is_file():
                path.write_text(path.read_text().replace(_HOME, str(ROOT)))
        units = [str(path) for path in sorted(copy.iterdir()) if path.is_file()]
        done = subprocess.run(
            [program, "verify", "--man=no", *units],
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{copy}:"},
            capture_output=True,
            text=True,
            check=False,
        )
    yield from (line for line in done.stderr.splitlines() if "deal-payments" in line)
