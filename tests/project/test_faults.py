"""The table of faults names tests that are there, and a control where a guard has to have one."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {"R": 14, "D": 6, "T": 9, "C": 6, "F": 10, "X": 5, "W": 8, "I": 5, "L": 2, "K": 3}
GUARDED = {"R1", "R2", "R4", "R13", "D1", "D2", "T1", "T2", "C1", "C3"}
_ROW = re.compile(r"^\| ([A-Z]\d+)( ◆)? \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)::([\w:]+)`")
_FILE = re.compile(r"`([\w/]+\.py)`")
_CONTROL = re.compile(r"control:? `[\w/]+\.py::\w+`")


def rows() -> list[tuple[str, bool, str]]:
    """Each row by its id, whether it is marked, and the rest of it."""
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    return [(name, bool(mark), rest) for name, mark, rest in _ROW.findall(text)]


@cache
def names_in(path: str) -> set[str]:
    """The tests of a file, `Class::test` or `test`, as pytest names them."""
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        functions = [each for each in inner if isinstance(each, ast.FunctionDef)]
        found |= {f"{prefix}{each.name}" for each in functions if each.name.startswith("test_")}
    return found


def test_every_fault_has_a_row() -> None:
    wanted = [
        f"{letter}{number}" for letter, most in COUNTS.items() for number in range(1, most + 1)
    ]
    assert [name for name, _, _ in rows()] == wanted
    assert {name for name, is_marked, _ in rows() if is_marked} == GUARDED


def test_every_row_says_what_holds_where_and_by_which_tests() -> None:
    for name, _, rest in rows():
        fault, holds, tests, on = rest.split(" | ")
        assert all([fault, holds, on]), name
        assert _TEST.search(tests), name


def test_every_test_that_a_row_names_is_there() -> None:
    named = [test for _, _, rest in rows() for test in _TEST.findall(rest)]
    assert len(named) > 150
    assert [test for test in named if test[1] not in names_in(test[0])] == []
    files = [path for _, _, rest in rows() for path in _FILE.findall(rest)]
    assert [path for path in files if not (ROOT / "tests" / path).exists()] == []


def test_every_marked_row_names_its_control() -> None:
    without = [name for name, is_marked, rest in rows() if is_marked and not _CONTROL.search(rest)]
    assert without == []
