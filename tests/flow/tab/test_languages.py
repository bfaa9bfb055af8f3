"""Every language of the platform, as a person in a portal of that language sees it."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import get_language_info

from b24app.protocol.languages import ISO_CODES
from tests.flow.add.test_compose import COFFEE, create
from tests.support.portal import PortalWithApp

# About words: one database is enough.
pytestmark = pytest.mark.words

_LEFT_OVER = re.compile(r"%\(|\{\{|\{%|\bmsgid\b")
OTHERS = sorted(ISO_CODES.keys() - {"en"})


@pytest.mark.parametrize("code", OTHERS)
def test_the_tab_and_a_click_speak_the_language(portal: PortalWithApp, code: str) -> None:
    tab = portal.open_tab(lang=code)
    english = portal.open_tab()
    page = tab.soup.select("html")[0]
    assert page["lang"] == ISO_CODES[code]
    assert page["dir"] == ("rtl" if get_language_info(ISO_CODES[code])["bidi"] else "ltr")
    for place in ("#open", "#send", ".summary dt", "#rows legend", ".empty"):
        words, their = (p.soup.select(place)[0].get_text().strip() for p in (tab, english))
        assert words, place
        assert words != their, place
    answer = create(portal, tab, {COFFEE: 1})
    number = portal.payments_of(portal.deal("fresh"))[-1]["account_number"]
    assert number in answer.status_text
    assert "added" not in answer.status_text
    for text in (tab.text, answer.text):
        assert not _LEFT_OVER.search(text)


def test_an_unknown_language_is_english(portal: PortalWithApp) -> None:
    assert portal.open_tab(lang="xx").soup.select("html")[0]["lang"] == "en"
