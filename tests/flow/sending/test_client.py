"""The client's numbers: on request, with one's own rights, and nowhere but on the page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from b24app.models import RestCall
from tests.support.people.sending import (
    COMPANY,
    CONTACT,
    fields_of,
    opened,
    press,
    recipients,
    ways,
)
from tests.support.portal import PortalWithApp
from tests.support.security.traces import dump

HIDDEN = "You may not see the contact data of this client in Bitrix24."
ALL_THE_SAME = "You can send the link all the same: choose the recipient in the app that opens."
NOBODY = "Nobody is entered in Bitrix24 as the client here."
NO_MEANS = "The client has no phone number and no e-mail address in Bitrix24."


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
