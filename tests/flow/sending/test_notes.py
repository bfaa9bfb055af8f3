"""What was opened is noted in the timeline once, or it is said that it was not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.people.clicks import address_on
from tests.support.people.sending import (
    LOG,
    a_payment,
    fields_of,
    number_of,
    opened,
    press,
    recipients,
    ways,
)
from tests.support.portal import PortalWithApp


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
        refusal: dict[str, Any] = {"code": "OWNER_NOT_FOUND"} if change == "refuse" else {}
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
