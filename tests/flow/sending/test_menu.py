"""The menu of a link: its text in each language, its ways, and every refusal."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.utils.translation import get_language_info

from b24app.protocol.languages import ISO_CODES
from tests.flow.actions.test_links import ask_link
from tests.support.people.clicks import address_on
from tests.support.people.sending import (
    a_payment,
    fields_of,
    number_of,
    opened,
    press,
    recipients,
    ways,
)
from tests.support.portal import PortalWithApp


def test_the_menu_has_the_text_and_four_ways_in_one_round_trip(portal: PortalWithApp) -> None:
    tab, payment, menu = opened(portal)
    [call] = portal.calls()
    assert call["commands"] == ["crm.item.payment.list", "salescenter.payment.getpublicurl"]
    number = number_of(portal, payment)
    sentence = f"Payment {number} for €0.00: you can pay here."
    link = f"{portal.about['origin']}/~{payment}"
    text = quote(f"{sentence}\n{link}", safe="")
    body = quote(f"{sentence}\r\n{link}", safe="")
    assert ways(menu) == {
        "whatsapp": f"https://wa.me/?text={text}",
        "telegram": f"https://t.me/share/url?url={quote(link, safe='')}"
        f"&text={quote(sentence, safe='')}",
        "sms": f"sms:?&body={text}",
        "email": f"mailto:?subject={quote(f'Payment {number}', safe='')}&body={body}",
    }
    for way in menu.soup.select("a"):
        assert (way["target"], way["rel"]) == ("_blank", ["noopener"])
    assert recipients(menu) == {}
    assert f"Send link of payment {number}" in tab.body


@pytest.mark.words
def test_the_text_has_a_language_of_its_own_without_another_call(portal: PortalWithApp) -> None:
    tab, payment, menu = opened(portal)
    portal.standin.clear_calls(portal.name)
    texts = set()
    for code in ISO_CODES.values():
        page = press(portal, tab, "send", payment, **{**fields_of(menu), "language": code})
        quoted = page.soup.select("blockquote")[0]
        is_bidi = get_language_info(code)["bidi"]
        assert (quoted["lang"], quoted["dir"]) == (code, "rtl" if is_bidi else "ltr")
        [text] = parse_qs(urlsplit(ways(page)["whatsapp"]).query)["text"]
        sentence, link = text.split("\n")
        assert link == f"{portal.about['origin']}/~{payment}"
        assert number_of(portal, payment) in sentence
        assert ("\u2068" in sentence) is is_bidi
        texts.add(sentence)
        assert "Send link of payment" in page.text
    assert len(texts) == len(ISO_CODES)
    assert portal.calls() == []


@pytest.mark.words
@pytest.mark.parametrize(("code", "language"), [("de", "de"), ("ar", "ar"), ("xx", "en")])
def test_it_begins_with_the_language_of_the_person(
    portal: PortalWithApp, code: str, language: str
) -> None:
    payment = a_payment(portal)
    menu = press(portal, portal.open_tab(lang=code), "send", payment)
    assert menu.soup.select("blockquote")[0]["lang"] == language


@pytest.mark.parametrize("state", ["unverified", "refused"])
@pytest.mark.parametrize("user", ["sales", "admin"])
def test_without_a_link_the_words_are_those_of_copy_link(
    portal: PortalWithApp, user: str, state: str
) -> None:
    portal.standin.switch(portal.name, payment_page=state)
    tab, payment, menu = opened(portal, user)
    copied = ask_link(portal, tab, payment)
    assert copied.alert_text
    shown = {each.alert_text.partition(" Details")[0] for each in (menu, copied)}
    assert len(shown) == 1
    assert not menu.soup.select("#sending")


def test_a_payment_page_that_asking_sets_up_is_waited_for(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, payment_page="no_site")
    _, _, menu = opened(portal)
    assert len(ways(menu)) == 4
    assert len(portal.calls()) == 2


def test_a_payment_that_was_paid_or_removed_meanwhile_is_not_sent(portal: PortalWithApp) -> None:
    payment = a_payment(portal, paid=True)
    tab = portal.open_tab()
    assert address_on(tab, payment, "send") not in tab.body
    assert address_on(tab, payment, "link") in tab.body
    page = press(portal, tab, "send", payment)
    assert f"Payment {number_of(portal, payment)} is paid already" in page.status_text
    assert not page.soup.select("#sending")
    portal.standin.remove_payment(portal.name, payment)
    assert "no longer exists" in press(portal, tab, "send", payment).alert_text


def test_a_link_that_is_none_is_not_passed_on(portal: PortalWithApp) -> None:
    answer = {"payment": {"url": "javascript:alert(1)", "shortUrl": ""}}
    portal.standin.add_fault(
        portal.name, "salescenter.payment.getPublicUrl", "answer", result=answer
    )
    _, _, menu = opened(portal)
    assert menu.alert_text
    assert not menu.soup.select("a")
