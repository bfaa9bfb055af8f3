"""The shape of the code: who may import whom, how long a file may be, and a line of a page."""

from __future__ import annotations

import subprocess
import sys
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ["b24app", "payments", "templates", "static", "tests", "tools"]
KINDS = {".py", ".html", ".css", ".js"}
LONGEST = 300
# What a browser reads. Python's lines are ruff's.
PAGES = ["templates", "static/js", "static/css", "tests/standin/pages"]
WIDEST = 160


def test_imports_keep_the_law() -> None:
    # A process of its own: the linter disables every logger of the one it runs in.
    linter = Path(sys.executable).with_name("lint-imports")
    command = [str(linter), "--no-cache", "pyproject.toml"]
    judged = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_no_file_is_too_long() -> None:
    files = chain.from_iterable((ROOT / folder).rglob("*") for folder in CODE)
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text().splitlines())
        for file in files
        if file.suffix in KINDS
    }
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}


def test_no_line_of_a_page_is_too_long() -> None:
    files = chain.from_iterable((ROOT / folder).rglob("*.*") for folder in PAGES)
    lines = {
        f"{file.relative_to(ROOT)}:{number}": len(line)
        for file in files
        if file.suffix != ".pyc"
        for number, line in enumerate(file.read_text().splitlines(), start=1)
    }
    assert not {place: length for place, length in lines.items() if length > WIDEST}
