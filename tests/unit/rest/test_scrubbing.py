"""A portal's words about an error: what a support needs of them, and nothing of anybody."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.rest.call_log.scrubbing import CUT, LONGEST, scrubbed

TOKEN = "f4ke0" * 14


@pytest.mark.parametrize(
    "text",
    [
        "Access denied",
        "Entity ID #101 does not exist.",
        "Zugriff verweigert",
        "Доступ запрещен",
        "Could not find value for parameter {entityId}",
        "REST API is blocked due to overload.",
        "Method crm.item.payment.product.add is not there",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert scrubbed(text) == text


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("mail ivan.fake@example.com failed", "ivan"),
        ("mail «иван@пример.рф» failed", "иван"),
        ("call +49 (170) 123-45-67 now", "170"),
        ("call 01701234567", "0170"),
        (f"token {TOKEN}", TOKEN[:5]),
        (f"auth={TOKEN[:20]}", TOKEN[:5]),
        ("password: hunter2", "hunter2"),
        ("see https://acme.example.com/x?auth=1", "acme"),
        ("see //acme.example.com/x", "acme"),
        ('deal "Secret merger" is locked', "merger"),
        ("deal 'Secret merger' is locked", "merger"),
        ("Auftrag „Geheime Sache“ gesperrt", "Geheime"),
        ("сделка «Тайное дело» закрыта", "Тайное"),
        ("user Ivan Petrov may not", "Petrov"),
        ("user I. Petrov may not", "Petrov"),
        ("пользователь Иван Петров не может", "Петров"),
        ("user Anna-Maria O'Brien may not", "Brien"),
        ("<b onclick=steal()>no</b>", "steal"),
        ('deal "without an end', "without"),
    ],
)
def test_what_may_be_somebodys_goes(text: str, private: str) -> None:
    said = scrubbed(text)
    assert private not in said
    assert CUT in said


def test_words_that_the_call_carries_as_data_go() -> None:
    said = scrubbed("no Coffee is left for fresh coffee Ltd", words={"Coffee", "fresh coffee Ltd"})
    assert said == f"no {CUT} is left for {CUT}"


def test_it_is_cut_visibly_and_never_through_a_token() -> None:
    said = scrubbed("no way " * 200)
    assert len(said) <= LONGEST + 1
    assert said.endswith(CUT)
    for before in range(370, 400):
        assert TOKEN[:4] not in scrubbed(f"{'<x>' * (before // 3)} {TOKEN}")


@pytest.mark.parametrize("text", ["\ud800", "\x00", "a\r\nb", "\u202eevil", "\x1b[31m"])
def test_what_a_database_or_a_terminal_cannot_take_goes(text: str) -> None:
    said = scrubbed(f"no {text} way")
    assert said.encode()
    assert said.isprintable()


@given(st.text(max_size=600), st.sets(st.text(min_size=1, max_size=20), max_size=4))
def test_any_text(text: str, words: set[str]) -> None:
    assert len(scrubbed(text, words=words)) <= LONGEST + 1


@pytest.mark.parametrize("unit", ["'", '"', "<", "1 ", "a=", "@", "/", "A. ", "«„“", "0-"])
def test_no_text_takes_long(unit: str) -> None:
    started = time.monotonic()
    scrubbed(unit * 100_000)
    assert time.monotonic() - started < 0.5
