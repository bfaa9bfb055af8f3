"""Language codes: what the platform calls a language, and what browsers and babel call it."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from b24app.protocol.languages import ISO_CODES, iso_code
from payments.placements import PLACEMENTS


@pytest.mark.parametrize(
    ("platform", "iso"),
    [
        ("en", "en"),
        ("DE", "de"),
        (" ru ", "ru"),
        ("ua", "uk"),
        ("br", "pt-br"),
        ("la", "es"),
        ("sc", "zh-hans"),
        ("tc", "zh-hant"),
        ("in", "hi"),
        ("kz", "kk"),
        ("", "en"),
        ("xx", "en"),
        ("../de", "en"),
        ("de\r\nSet-Cookie: x", "en"),
    ],
)
def test_a_platform_code_becomes_an_iso_code(platform: str, iso: str) -> None:
    assert iso_code(platform) == iso


@given(st.text(max_size=20))
def test_any_text_has_a_language(text: str) -> None:
    assert iso_code(text) in ISO_CODES.values()


@pytest.mark.parametrize("iso", ISO_CODES.values())
def test_every_language_can_format_money(iso: str) -> None:
    assert Locale.parse(iso, sep="-").number_symbols


def test_every_tab_has_a_title_in_every_language() -> None:
    for placement in PLACEMENTS:
        assert placement.titles.keys() == ISO_CODES.keys()
        assert all(placement.titles.values())
