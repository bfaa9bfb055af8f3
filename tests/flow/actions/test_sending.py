"""Sending the link: the text in each language, to whom it goes, what is noted, every refusal."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bs4 import Tag
from django.utils.translation import get_language_info

from b24app.models import RestCall
from b24app.protocol.languages import ISO_CODES
from tests.flow.actions.test_links import ask_link
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp
from tests.support.security.traces import dump

CONTACT, COMPANY = (3, 11), (4, 21)
LOG = "crm.timeline.logmessage.add"
HIDDEN = "You may not see the contact data of this client in Bitrix24."
ALL_THE_SAME = "You can send the link all the same: choose the recipient in the app that opens."
NOBODY = "Nobody is entered in Bitrix24 as the client here."
NO_MEANS = "The client has no phone number and no e-mail address in Bitrix24."


def a_payment(portal: PortalWithApp, deal: str = "fresh", **fields: Any) -> int:
    [payment] = portal.standin.add_payments(portal.name, deal, user="sales", **fields)
    return int(payment)


def press(portal: PortalWithApp, tab: Page, name: str, payment: int, **form: str) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send(address_on(tab, payment, name), form=form, headers=headers)


def fields_of(menu: Page, form: str = "sending-form") -> dict[str, str]:
    """What the menu's own form sends when nobody touches it."""
    inputs = menu.soup.select(f"#{form} input[name]")
    fields = {str(each["name"]): str(each.get("value", "")) for each in inputs}
    chosen = menu.soup.select(f"#{form} select[name]")
    return fields | {str(each["name"]): _chosen(each) for each in chosen}


def _chosen(choice: Tag) -> str:
    return str(choice.select("option[selected]")[0]["value"])


def opened(portal: PortalWithApp, user: str = "sales", **form: str) -> tuple[Page, int, Page]:
    """A tab, its payment, and the menu of that."""
    payment = a_payment(portal)
    tab = portal.open_tab(user=user)
    portal.standin.clear_calls(portal.name)
    return tab, payment, press(portal, tab, "send", payment, **form)


def ways(place: Page | Tag) -> dict[str, str]:
    """Where the links lead, by channel."""
    soup = place.soup.select_one("#sending-form > .ways") if isinstance(place, Page) else place
    assert soup is not None, place
    return {str(a["data-channel"]): str(a["href"]) for a in soup.select("a")}


def recipients(menu: Page) -> dict[str, dict[str, str]]:
    """The ways to each recipient that is shown, by number or address."""
    return {
        found.get_text(): ways(line)
        for line in menu.soup.select(".recipients > li")
        for found in line.select("strong")
    }


def number_of(portal: PortalWithApp, payment: int) -> str:
    found = {p["id"]: str(p["account_number"]) for p in portal.state()["payments"]}
    return found[payment]


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


def test_the_client_is_read_on_request_alone_and_with_own_rights(portal: PortalWithApp) -> None:
    tab, payment, menu = opened(portal)
    assert "23125" not in menu.body
    portal.standin.clear_calls(portal.name)
    asked = {**fields_of(menu), "clients": "1"}
    shown = press(portal, tab, "send", payment, **asked)
    [call] = portal.calls()
    assert (call["commands"], call["user_id"]) == (["crm.item.get"] * 3, 7)
    text = urlsplit(ways(menu)["whatsapp"]).query.partition("=")[2]
    mail = ways(menu)["email"].removeprefix("mailto:")
    assert recipients(shown) == {
        "+493023125411": {
            "whatsapp": f"https://wa.me/493023125411?text={text}",
            "sms": f"sms:+493023125411?&body={text}",
        },
        "anna.berger@example.com": {"email": f"mailto:anna.berger@example.com{mail}"},
        "03023125400": {"sms": f"sms:03023125400?&body={text}"},
        "office@example.com": {"email": f"mailto:office@example.com{mail}"},
    }
    assert shown.text.count("There is no country code, and WhatsApp needs one.") == 1
    assert "Anna Berger" in shown.text
    assert "Berger Office" in shown.text
    assert ways(shown) == ways(menu)


def test_a_portal_that_lets_no_item_be_read_in_a_batch_is_asked_singly(
    portal: PortalWithApp,
) -> None:
    tab, payment, menu = opened(portal)
    portal.standin.switch(portal.name, batch_forbids=["crm.item.get"])
    asked = {**fields_of(menu), "clients": "1"}
    for _ in range(2):
        assert len(recipients(press(portal, tab, "send", payment, **asked))) == 4


def test_an_own_number_or_address_can_be_entered(portal: PortalWithApp) -> None:
    tab, payment, menu = opened(portal)
    asked = {**fields_of(menu), "clients": "1"}
    for typed, shown, channels in (
        ("+1 (555) 555-0100", "+15555550100", {"whatsapp", "sms"}),
        ("555 0100", "5550100", {"sms"}),
        (" mara@example.com ", "mara@example.com", {"email"}),
    ):
        page = press(portal, tab, "send", payment, **asked, other=typed)
        assert set(recipients(page)[shown]) == channels
        assert not page.soup.select("#sending-fault")
    for typed in ("nothing", "a@b.example\r\nBcc: c@d.example", "javascript:alert(1)", "12"):
        page = press(portal, tab, "send", payment, **asked, other=typed)
        assert len(recipients(page)) == 4
        assert "no phone number or e-mail address" in page.soup.select("#sending-fault")[0].text


@pytest.mark.parametrize(
    ("hidden", "words", "left"),
    [
        ([CONTACT, COMPANY], [HIDDEN, ALL_THE_SAME], 0),
        ([CONTACT], [HIDDEN, ALL_THE_SAME], 2),
    ],
    ids=["all", "one"],
)
def test_who_may_not_see_the_client_reads_so_and_sends_without_a_number(
    portal: PortalWithApp, hidden: list[tuple[int, int]], words: list[str], left: int
) -> None:
    for client in hidden:
        portal.standin.change_client(portal.name, client, visibility="admin")
    _, _, menu = opened(portal, clients="1")
    assert all(each in menu.text for each in words)
    assert len(recipients(menu)) == left
    assert len(ways(menu)) == 4
    assert "Anna" not in menu.text
    assert menu.soup.select("#sending-other")


@pytest.mark.parametrize("case", ["nobody", "gone", "no means", "one gone"])
def test_a_deal_without_a_client_that_can_be_reached_says_so(
    portal: PortalWithApp, case: str
) -> None:
    standin, name = portal.standin, portal.name
    if case == "nobody":
        standin.change_deal(name, portal.deal("fresh"), contact_id=None, company_id=0)
    for client in (CONTACT, COMPANY):
        if case in ("gone", "one gone"):
            standin.change_client(name, client, is_deleted=True)
        elif case == "no means":
            standin.change_client(name, client, phones=[], emails=[])
    if case == "one gone":
        standin.change_client(name, COMPANY, is_deleted=False)
    _, _, menu = opened(portal, clients="1")
    said = {"nobody": NOBODY, "gone": NOBODY, "no means": NO_MEANS, "one gone": ""}[case]
    assert said in menu.text
    assert (ALL_THE_SAME in menu.text) is (case != "one gone")
    assert len(recipients(menu)) == (2 if case == "one gone" else 0)


def test_an_answer_about_somebody_else_is_not_believed(portal: PortalWithApp) -> None:
    """A reference that leads elsewhere must not bring a stranger's number into the menu."""
    tab, payment, menu = opened(portal)
    stranger = {"item": {"id": 1, "name": "Stranger", "fm": [{"typeId": "PHONE", "value": "1"}]}}
    deal = portal.result("crm.item.get", entityTypeId=2, id=portal.deal("fresh"))
    for result in (deal, stranger, stranger):
        portal.standin.add_fault(portal.name, "crm.item.get", "answer", result=result)
    page = press(portal, tab, "send", payment, **{**fields_of(menu), "clients": "1"})
    assert recipients(page) == {}
    assert "Stranger" not in page.text
    assert len(ways(page)) == 4


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


@pytest.mark.parametrize(
    ("channel", "name", "icon"),
    [
        ("whatsapp", "WhatsApp", "whatsapp"),
        ("telegram", "Telegram", "telegram"),
        ("sms", "SMS", "sms"),
        ("email", "E-mail", "mail-outcome"),
    ],
)
def test_each_use_is_noted_once_without_a_number(
    portal: PortalWithApp, channel: str, name: str, icon: str
) -> None:
    tab, payment, menu = opened(portal, clients="1")
    portal.standin.clear_calls(portal.name)
    form = {**fields_of(menu, "sending-note"), "channel": channel}
    answer = press(portal, tab, "sent", payment, **form)
    assert "Noted in the timeline." in answer.soup.select("#sending-noted")[0].text
    [call] = portal.calls()
    assert (call["method"], call["user_id"]) == (LOG, 7)
    [entry] = portal.standin.timeline(portal.name, portal.deal("fresh"))
    number = number_of(portal, payment)
    assert entry["text"] == f"Payment {number} for €0.00. Opened for sending: {name}."
    assert (entry["title"], entry["icon_code"]) == ("Payment link for the client", icon)
    assert "23125" not in json.dumps(entry)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_stage_locked": True}, "because you may not edit this in Bitrix24. The link can"),
        ({"visibility": "admin"}, "because you may not edit this in Bitrix24. The link can"),
        ("refuse", "This was not noted in the timeline. Write it into the timeline yourself"),
        ("drop_after", "We do not know whether this was noted in the timeline. Write it"),
        ("html", "We do not know whether this was noted in the timeline. Write it"),
    ],
)
def test_a_note_that_is_refused_or_lost_is_told_quietly_and_not_repeated(
    portal: PortalWithApp, change: dict[str, Any] | str, words: str
) -> None:
    tab, payment, menu = opened(portal)
    if isinstance(change, str):
        refusal = {"code": "OWNER_NOT_FOUND"} if change == "refuse" else {}
        portal.standin.add_fault(portal.name, LOG, change, **refusal)
    else:
        portal.standin.change_deal(portal.name, portal.deal("fresh"), **change)
    portal.standin.clear_calls(portal.name)
    form = {**fields_of(menu, "sending-note"), "channel": "sms"}
    answer = press(portal, tab, "sent", payment, **form)
    assert answer.status == 200
    assert words in answer.text
    assert answer.alert_text == ""
    assert len(portal.calls(LOG)) == 1
    entries = portal.standin.timeline(portal.name, portal.deal("fresh"))
    assert len(entries) == (1 if change == "drop_after" else 0)


def test_what_the_page_did_not_get_from_us_is_not_noted(portal: PortalWithApp) -> None:
    tab, payment, menu = opened(portal)
    other = a_payment(portal)
    signed = fields_of(menu)["invitation"]
    portal.standin.clear_calls(portal.name)
    for target, form in (
        (payment, {"channel": "sms"}),
        (payment, {"channel": "sms", "invitation": signed[:-1]}),
        (payment, {"channel": "fax", "invitation": signed}),
        (other, {"channel": "sms", "invitation": signed}),
    ):
        answer = press(portal, tab, "sent", target, **form)
        assert answer.status == 400
        assert answer.alert_text
    assert portal.calls() == []


def test_nothing_of_the_client_is_kept_or_logged(portal: PortalWithApp) -> None:
    tab, payment, menu = opened(portal, clients="1")
    form = {**fields_of(menu), "other": "+1 555 555 0199"}
    assert len(recipients(press(portal, tab, "send", payment, **form))) == 5
    for do in ("refuse", "html"):
        text = "Anna Berger, +49 (0)30 23125-411, anna.berger@example.com may not be read"
        portal.standin.add_fault(
            portal.name, "crm.item.get", do, code="ACCESS_DENIED", text=text, body=text
        )
        press(portal, tab, "send", payment, **form)
    kept = dump() + portal.app.log()
    assert RestCall.objects.filter(portal=portal.row, commands__contains="crm.item.get").exists()
    for secret in ("23125", "5550199", "555 0199", "Berger", "anna."):
        assert secret not in kept


def test_without_script_the_page_has_the_menu_and_the_note(portal: PortalWithApp) -> None:
    payment = a_payment(portal)
    tab = portal.open_tab()
    form = {"frame_session": tab.bearer}
    page = portal.app.send(address_on(tab, payment, "send"), form=form)
    assert page.soup.select("html")
    assert len(ways(page)) == 4
    assert page.payment_numbers == tab.payment_numbers
    fields = {**fields_of(page), "clients": "1", "language": "ar"}
    page = portal.app.send(address_on(tab, payment, "send"), form=fields)
    assert "+493023125411" in recipients(page)
    assert page.soup.select("blockquote")[0]["dir"] == "rtl"
    fields = {**fields_of(page, "sending-note"), "channel": "telegram"}
    page = portal.app.send(address_on(tab, payment, "sent"), form=fields)
    assert page.status_text == "Noted in the timeline."
    assert len(ways(page)) == 4
    [entry] = portal.standin.timeline(portal.name, portal.deal("fresh"))
    assert "Telegram" in entry["text"]
    portal.standin.change_deal(portal.name, portal.deal("fresh"), is_stage_locked=True)
    page = portal.app.send(address_on(tab, payment, "sent"), form=fields)
    assert "may not edit this" in page.alert_text


def test_an_invoice_is_sent_and_noted_likewise(portal: PortalWithApp) -> None:
    invoice = portal.about["invoices"]["invoice"]
    [payment] = portal.standin.add_payments(portal.name, invoice, type=31)
    tab = portal.app.open_frame(
        portal.name,
        user="sales",
        placement="CRM_SMART_INVOICE_DETAIL_TAB",
        options={"ID": str(invoice)},
    )
    menu = press(portal, tab, "send", payment, clients="1")
    assert len(recipients(menu)) == 4
    form = {**fields_of(menu, "sending-note"), "channel": "whatsapp"}
    press(portal, tab, "sent", payment, **form)
    assert len(portal.standin.timeline(portal.name, invoice, type=31)) == 1


def test_names_and_numbers_of_a_portal_stay_texts(portal: PortalWithApp) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    phones = ["javascript:alert(1)", f"+49 30 23125411{evil}", evil]
    emails = ["a@example.com?bcc=b@example.com", "a@example.com\r\nBcc: b@example.com", evil]
    portal.standin.change_client(portal.name, CONTACT, name=evil, phones=phones, emails=emails)
    _, _, menu = opened(portal, clients="1")
    assert not menu.soup.select("img, svg, script, [onerror]")
    for way in menu.soup.select("a"):
        address = str(way["href"])
        assert address.startswith(("https://wa.me/", "https://t.me/share/url?", "sms:", "mailto:"))
        assert not set(address) & set("\r\n\"<>' ")
    mails = [
        ways(each)["email"] for each in menu.soup.select(".recipients li") if "email" in ways(each)
    ]
    assert mails[0].startswith("mailto:a@example.com%3Fbcc%3Db@example.com?subject=") is False
    assert evil in menu.text
