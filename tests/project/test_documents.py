"""What documents say is still so: what they name is there, and advice that was wrong is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
OLD_ADVICE = (
    "right to edit orders",
    "allow this role",
    "edit orders",
    "Bestellungen zu bearbeiten",
)
_TEST = re.compile(r"`((?:\w+/)+test_\w+\.py)(?:::(\w+))?`")
_FILE = re.compile(r"(?<![\w*{/.])((?:\w+/)*\w+(?:\.conf)?\.py)\b")
_PROBE = re.compile(r'"([a-z ,]+)"')


def table_of_the_unseen() -> str:
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    return text.partition("### What nobody has seen on a portal")[2].partition("\n## ")[0]


def test_no_document_gives_the_old_advice() -> None:
    texts = {path.name: path.read_text(encoding="utf-8").lower() for path in DOCUMENTS}
    found = [
        (name, words)
        for name, text in texts.items()
        for words in OLD_ADVICE
        if words.lower() in text
    ]
    assert found == []


def test_the_tests_that_decisions_name_are_there() -> None:
    named = _TEST.findall(table_of_the_unseen())
    assert len(named) > 20
    for path, name in named:
        file = ROOT / "tests" / path
        assert file.exists(), path
        assert not name or f"def {name}(" in file.read_text(encoding="utf-8"), (path, name)


def test_the_probes_that_decisions_name_are_there() -> None:
    sources = "\n".join(
        path.read_text() for path in (ROOT / "payments" / "operations" / "doctor").glob("*.py")
    )
    rows = [line for line in table_of_the_unseen().splitlines() if line.startswith("|")]
    answered_by = [row.split("|")[-2] for row in rows]
    named = [name for cell in answered_by if "probe" in cell for name in _PROBE.findall(cell)]
    assert len(named) > 8
    assert [name for name in named if f'"{name}"' not in sources] == []


def test_every_page_that_is_linked_is_there() -> None:
    for path in DOCUMENTS:
        links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
        assert [link for link in links if not (path.parent / link).exists()] == [], path.name


def test_every_file_that_a_text_names_is_there() -> None:
    """Docstrings and documents name files by the end of their path, such as rest/errors.py."""
    sources = [
        file
        for folder in ("b24app", "payments", "tools", "templates", "static", "deploy")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".html", ".js", ".css", ".md", ".service"}
    ]
    there = {f"/{f.relative_to(ROOT)}" for f in ROOT.glob("*.py")}
    for folder in ("b24app", "payments", "tests", "tools", "deploy"):
        there |= {f"/{file.relative_to(ROOT)}" for file in (ROOT / folder).rglob("*.py")}
    missing = {
        (str(path.relative_to(ROOT)), name)
        for path in {*sources, *DOCUMENTS} - {ROOT / "CHANGELOG.md"}
        for name in _FILE.findall(path.read_text(encoding="utf-8"))
        if not any(each.endswith(f"/{name}") for each in there)
    }
    assert missing == set()
