"""The shape of the code: who may import whom, how long a file may be, and a line of a page."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
CODE = ["b24app", "payments", "templates", "static", "tests", "tools"]
KINDS = {".py", ".html", ".css", ".js"}
# What a browser reads. Python's lines are ruff's.
PAGES = ["templates", "static/js", "static/css", "tests/standin/pages"]
WIDEST = 160
LONGEST, USUAL = 300, 90
MOST_IN_A_FOLDER = 14
MOST_PARAMETERS = 7
PRODUCT = ["b24app", "payments"]
# A write to a portal's row that does not go through its guard, Portal.change.
UNGUARDED = re.compile(r"Portal\.objects\b[^\n]*\.update\(|\bportal\.save\(")
# Of all portals at once, and under a lock of the row.
WITH_THEIR_OWN = {"operations/keep_alive.py", "operations/restoring.py", "portals/registry.py"}


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


def test_the_usual_file_of_the_product_is_short() -> None:
    files = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in PRODUCT)
    lengths = [
        len(file.read_text().splitlines()) for file in files if "migrations" not in file.parts
    ]
    assert median(filter(None, lengths)) < USUAL


def test_no_folder_is_a_corridor() -> None:
    folders = [*PRODUCT, "tests", "tools"]
    files = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders)
    counts = Counter(str(file.parent.relative_to(ROOT)) for file in files)
    assert not {name: count for name, count in counts.items() if count > MOST_IN_A_FOLDER}


def test_no_function_of_the_product_takes_too_much() -> None:
    files = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in PRODUCT)
    counts = {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": parameters_of(node)
        for file in files
        if "migrations" not in file.parts
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: count for name, count in counts.items() if count > MOST_PARAMETERS}


def parameters_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """What a caller has to know of; a method's own object is no such thing."""
    given = node.args
    named = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    is_bound = named[:1] in (["self"], ["cls"])
    return len(named) - is_bound + bool(given.vararg) + bool(given.kwarg)


def test_every_write_to_a_portal_goes_through_its_guard() -> None:
    files = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in PRODUCT)
    found = {
        str(file.relative_to(ROOT / file.relative_to(ROOT).parts[0]))
        for file in files
        if UNGUARDED.search(file.read_text())
    }
    assert found == WITH_THEIR_OWN
