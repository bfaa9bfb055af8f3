"""What a frame's templates can count on: the reader's language, escaping, and no silent gaps."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils import translation
from jinja2 import DictLoader, Environment, UndefinedError

from b24app.web.jinja import KeptBytecode
from tests.security.test_markup import MARKUPS


@pytest.fixture
def pages() -> Environment:
    """The environment of the app with templates of the test."""
    templates = {
        "words": '{{ gettext("Paid") }} {{ pgettext("date", "From") }} {{ once("fragment") }}',
        "fragment": "{% if true %}\n  {{ gettext('Paid') }}{% endif %}",
        "values": "{{ text }} {% trans id=text %}Deal {{ id }}{% endtrans %}",
        "counted": "{% trans days=n %}{{ days }} day{% pluralize %}{{ days }} days{% endtrans %}",
        "gap": "{% if nothing %}{% endif %}",
        "number": "{{ n|number }}",
    }
    env: Environment = cast(Jinja2, engines["jinja2"]).env
    return env.overlay(loader=DictLoader(templates))


def test_every_reader_gets_their_language(pages: Environment) -> None:
    for _ in range(2):
        with translation.override("en"):
            assert pages.get_template("words").render() == "Paid From   Paid"
        with translation.override("de"):
            assert pages.get_template("words").render() == "Bezahlt Von   Bezahlt"


def test_a_sentence_counts(pages: Environment) -> None:
    counted = pages.get_template("counted")
    with translation.override("ru"):
        assert [counted.render(n=n) for n in (1, 2, 5)] == ["1 день", "2 дня", "5 дней"]


def test_a_fraction_is_written_as_the_reader_writes_it(pages: Environment) -> None:
    with translation.override("de"):
        assert pages.get_template("number").render(n=Decimal("2.75")) == "2,75"


@pytest.mark.parametrize("markup", MARKUPS)
def test_values_are_escaped(pages: Environment, markup: str) -> None:
    page = pages.get_template("values").render(text=markup)
    assert not set("<>\"'") & set(page)


def test_a_name_that_nobody_gave_is_an_error(pages: Environment) -> None:
    with pytest.raises(UndefinedError):
        pages.get_template("gap").render()


def page_with(kept: Path) -> str:
    templates = DictLoader({"page": "{{ 1 + 1 }}"})
    env = Environment(loader=templates, bytecode_cache=KeptBytecode(str(kept)), autoescape=True)
    return env.get_template("page").render()


def test_what_was_compiled_is_kept_for_the_next_start(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert page_with(kept) == "2"
    [file] = kept.iterdir()
    written = file.stat().st_mtime_ns
    assert page_with(kept) == "2"
    assert [each.stat().st_mtime_ns for each in kept.iterdir()] == [written]


def test_where_nothing_can_be_kept_pages_are_shown_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("in the way")
    assert page_with(tmp_path / "kept") == "2"
