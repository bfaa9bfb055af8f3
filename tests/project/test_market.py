"""The texts for the Market keep to its limits, and say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from b24app.protocol.languages import ISO_CODES
from payments.gateway.payments import Action
from payments.spec import SPEC

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
MARKET = ROOT / "docs" / "market"
CARDS = ("card-en.md", "card-de.md")
PNG = b"\x89PNG\r\n\x1a\n"
FIELDS = 13
MOST_BYTES = 200_000
_METHOD = re.compile(
    r"(?:crm|sale|salescenter|placement|event|method|app|user|profile|server)\.[a-zA-Z.]+"
)
# Words of the REST language that have no dot.
_PLAIN = {"batch", "profile", "scope"}


def fields(card: str) -> list[str]:
    """The fields of a card in their order, without their headings."""
    text = (MARKET / card).read_text(encoding="utf-8")
    return [part.partition("\n")[2].strip() for part in text.split("\n## ")[1:]]


def size(picture: Path) -> tuple[int, int]:
    head = picture.read_bytes()[:24]
    assert head.startswith(PNG)
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def called_methods() -> set[str]:
    """The REST methods named in the code of the app."""
    sources = [path for room in ("b24app", "payments") for path in (ROOT / room).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(rf'"({_METHOD.pattern})"', text))
    named |= {name for name in re.findall(r'Command\("(\w+)"', text) if name in _PLAIN}
    named |= {name for name in _PLAIN if re.search(rf'"{name}"', text)}
    return named | {f"crm.item.payment.{action}" for action in Action}


@pytest.mark.parametrize("card", CARDS)
def test_a_card_has_every_field_within_its_limit(card: str) -> None:
    found = fields(card)
    assert len(found) == FIELDS
    assert all(found)
    name, categories, tags, short, full, keywords = found[:6]
    assert name == "Deal Payments"
    assert len(categories.split(";")) <= 5
    assert len(tags.split(",")) <= 5
    assert name not in short
    assert len(re.findall(r"[.!?](?:\s|$)", short)) <= 2
    assert len(full) > 1500
    assert len(keywords) <= 2000
    assert "Bitrix" not in keywords
    words = [word.strip() for word in keywords.split(",")]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_counts_languages_and_places_as_the_code_does(card: str) -> None:
    text = (MARKET / card).read_text(encoding="utf-8")
    assert f"{len(ISO_CODES)} " in fields(card)[4]
    for placement in SPEC.placements:
        assert placement.code in text


def test_both_cards_say_the_same_things() -> None:
    english, german = (fields(card) for card in CARDS)
    for one, other in zip(english, german, strict=True):
        assert len(one.splitlines()) == len(other.splitlines())


def test_every_scope_has_a_reason_and_no_other_is_asked_for() -> None:
    text = (MARKET / "scopes.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (yes|no) \| ([^;|]+?)[;.|]", text, re.M)
    wanted = [(s.code, "yes" if s.is_required else "no", s.reason) for s in SPEC.scopes]
    assert [(code, needed, reason.strip()) for code, needed, reason in rows] == wanted


def test_every_method_that_is_called_is_listed_and_no_other() -> None:
    table = [line for line in (MARKET / "scopes.md").read_text().splitlines() if "|" in line]
    listed = {name for line in table for name in re.findall(r"`([\w.]+)`", line.split("|")[4])}
    assert listed == called_methods()


def test_what_the_checklist_points_to_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (MARKET / "checklist.md").read_text())
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_icon_is_square_and_of_the_right_size() -> None:
    width, height = size(MARKET / "icon.png")
    assert width == height == 512


def test_the_pictures_are_as_large_as_the_market_takes() -> None:
    pictures = [path for path in MARKET.glob("*.png") if path.name != "icon.png"]
    languages = [path.stem.rpartition("-")[2] for path in pictures]
    assert languages.count("ar") >= 2
    assert languages.count("de") >= 3
    assert languages.count("en") >= 3
    for path in pictures:
        assert size(path) == (1280, 720), path.name
        assert path.stat().st_size < MOST_BYTES, path.name
