"""What the product is made of and says of its safety: pins, locks, comparisons, and named tests."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ["requirements.txt", "tests/requirements.txt", "tests/standin/requirements.txt"]
PIN = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][0-9A-Za-z.]*")
SECRET = re.compile(r"(token|secret|signature|digest|password)$")
NAMED = re.compile(r"`(\w+/test_\w+\.py)::(\w+)`")


def requirements() -> Iterator[str]:
    for name in REQUIREMENTS:
        for line in (ROOT / name).read_text().splitlines():
            if line.strip() and not line.startswith(("#", "-r ")):
                yield line.strip()


def test_every_package_has_one_exact_version() -> None:
    pins = list(requirements())
    assert [pin for pin in pins if not PIN.fullmatch(pin)] == []
    versions = {tuple(pin.split("==")) for pin in pins}
    assert len({name for name, _ in versions}) == len(versions)


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
