"""What the product is made of and says of its safety: pins, locks, comparisons, and named tests."""

from __future__ import annotations

import ast
import json
import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.install import levels, locks, venv

ROOT = Path(__file__).resolve().parents[2]
EXACT = re.compile(r"==[0-9][0-9A-Za-z.]*")
LOCKED = re.compile(r"[^\s=]+==[^\s;]+( ; [^\n\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n")
SECRET = re.compile(r"(token|secret|signature|digest|password)$")
NAMED = re.compile(r"`(\w+/test_\w+\.py)::(\w+)`")


def pins(*lists: Path) -> list[Requirement]:
    """The packages that lists or locks name, a line each."""
    lines = [line for path in lists for line in path.read_text().splitlines()]
    named = [line.removesuffix(" \\") for line in lines if line and not line.startswith((" ", "#"))]
    return [Requirement(line) for line in named]


def versions(*lists: Path) -> set[tuple[str, str]]:
    return {(canonicalize_name(pin.name), str(pin.specifier)) for pin in pins(*lists)}


def test_every_package_has_one_exact_version() -> None:
    chosen = [pin for lists in locks.chosen().values() for pin in pins(lists[-1])]
    assert [str(pin) for pin in chosen if not EXACT.fullmatch(str(pin.specifier))] == []
    assert len({canonicalize_name(pin.name) for pin in chosen}) == len(chosen)


@pytest.mark.parametrize("lock", locks.chosen(), ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_holds_what_was_chosen_and_the_hashes_of_every_file(lock: Path) -> None:
    assert versions(*locks.chosen()[lock]) <= versions(lock)
    text = lock.read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert [block for block in blocks if not LOCKED.fullmatch(block)] == []


def test_what_is_tested_is_what_serves_and_is_installed() -> None:
    serving, demo, tests = (locks.of_level(level) for level in levels.LEVELS)
    assert versions(serving) <= versions(demo) <= versions(tests)
    locked = [pin for pin in pins(tests) if pin.marker is None or pin.marker.evaluate()]
    different = [str(pin) for pin in locked if metadata.version(pin.name) not in pin.specifier]
    assert different == []


def test_every_place_means_the_same_oldest_python() -> None:
    oldest = venv.oldest_python()
    assert f"Python {oldest[0]}.{oldest[1]} or newer" in (ROOT / "README.md").read_text()
    dockerfile = (ROOT / "Dockerfile").read_text()
    [image] = set(re.findall(r"^FROM python:(\d+)\.(\d+)", dockerfile, re.MULTILINE))
    assert tuple(map(int, image)) >= oldest


def test_every_browser_package_is_locked_by_its_hash() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages = {name: about for name, about in locked.items() if name}
    assert packages
    assert all(about["integrity"].startswith("sha512-") for about in packages.values())
    wanted = json.loads((ROOT / "package.json").read_text())
    exact = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in exact)


def names_of(node: ast.expr) -> str:
    """The last word of what is compared: `event.application_token`, `form["secret"]`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
    return ""


def test_no_secret_is_compared_letter_by_letter() -> None:
    """`==` stops at the first difference, and its time tells where that was."""
    found = []
    for file in [*(ROOT / "b24app").rglob("*.py"), *(ROOT / "payments").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                words = [names_of(side) for side in (node.left, *node.comparators)]
                if any(SECRET.search(word) for word in words):
                    found.append(f"{file.name}:{node.lineno}")
    assert found == []
    assert "hmac.compare_digest(" in (ROOT / "b24app" / "portals" / "registry.py").read_text()


def test_every_test_that_the_security_page_names_is_there() -> None:
    named = NAMED.findall((ROOT / "docs" / "security.md").read_text())
    assert len(named) > 40
    missing = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (ROOT / "tests" / file).read_text()
    ]
    assert missing == []
