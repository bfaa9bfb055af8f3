"""What a frame's templates can count on: the reader's language, escaping, and no silent gaps."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils import translation
from jinja2 import DictLoader, Environment, UndefinedError

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
