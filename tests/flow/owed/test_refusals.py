"""What a portal refuses while debts are read: said with the next step, and the rest stands."""

from __future__ import annotations

import pytest

from tests.support.pages.owed import (
    COMPANY_TAB,
    add_deal,
    ask_owed,
    bill,
    lines,
    open_owed,
    own_deals,
    sums,
)
from tests.support.portal import PortalWithApp

LIST, PAYMENTS = "crm.item.list", "crm.item.payment.list"


def test_one_refused_deal_is_said_in_its_line(portal: PortalWithApp) -> None:
    for title in ("First", "Second", "Third"):
        bill(portal, add_deal(portal, 10, title=title))
    portal.standin.add_fault(portal.name, PAYMENTS, "refuse", code="ACCESS_DENIED", status=403)
    page = own_deals(portal)
    first, second, third = lines(page)
    assert (first.open, first.left) == ("–", "–")
    assert first.notes.startswith("The payments of this deal could not be read: You do not have")
    assert (second.open, third.open) == ("€10.00", "€10.00")
    assert sums(page) == {"EUR": ["€20.00", "€0.00", "€20.00"]}
    assert "1 deal could not be read and is not in the sums." in page.text


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("ACCESS_DENIED", 400, "You do not have access to this in Bitrix24."),
        ("INVALID_ARG_VALUE", 400, "Send the details to the support of this app."),
        ("allowed_only_intranet_user", 403, "Guests of this Bitrix24 have no access"),
        ("OPERATION_TIME_LIMIT", 429, "try again in ten minutes"),
    ],
)
def test_a_refused_list_has_words_and_the_next_step(
    portal: PortalWithApp, code: str, status: int, words: str
) -> None:
    page = own_deals(portal)
    portal.standin.add_fault(portal.name, LIST, "refuse", code=code, status=status, times=None)
    for answer in (own_deals(portal), ask_owed(portal, page)):
        assert 400 <= answer.status < 504
        assert words in answer.text, answer.text


def test_without_the_options_of_a_card_nothing_is_asked(portal: PortalWithApp) -> None:
    for options in ({}, {"ID": "0"}, {"ID": "all"}):
        portal.standin.clear_calls(portal.name)
        page = open_owed(portal, COMPANY_TAB, options=options)
        assert page.status == 400
        assert portal.calls() == []


def test_without_a_referer_a_place_opens_all_the_same(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, sends_uri=False)
    for placement in ("CRM_DEAL_LIST_TOOLBAR", "CRM_ANALYTICS_MENU"):
        assert "Who owes what" in open_owed(portal, placement, options={"URI": "/crm/"}).text


def test_another_place_is_none_of_this_page(portal: PortalWithApp) -> None:
    handler = f"{portal.app.origin}/placements/owed/"
    ask = {"PLACEMENT": "CRM_LEAD_DETAIL_TAB", "HANDLER": handler}
    portal.result("placement.bind", "admin", **ask)
    assert open_owed(portal, "CRM_LEAD_DETAIL_TAB", options={"ID": "7"}).status == 403


class TestAPortalThatAllowsNoPaymentsInABatch:
    @pytest.fixture
    def portal_switches(self) -> dict[str, object]:
        return {"batch_forbids": [PAYMENTS]}

    def test_is_asked_deal_by_deal_for_ten_of_them(self, portal: PortalWithApp) -> None:
        for number in range(12):
            bill(portal, add_deal(portal, 10, title=f"Deal {number}"))
        for is_known in (False, True):
            portal.standin.clear_calls(portal.name)
            page = own_deals(portal)
            shown = [line.title for line in lines(page)]
            assert shown == [f"Deal {number}" for number in range(10)]
            assert [line.open for line in lines(page)] == ["€10.00"] * 10
            alone = [call for call in portal.calls() if call["method"] == PAYMENTS]
            assert len(alone) == 10
            assert any(PAYMENTS in c["commands"] for c in portal.calls()) is not is_known
        assert "gives out payments of one deal at a time" in page.text
        rest = ask_owed(portal, page, "more", seen=page.seen)
        assert [line.title for line in lines(rest)] == ["Deal 10", "Deal 11"]
        assert sums(rest) == {"EUR": ["€120.00", "€0.00", "€120.00"]}


class TestAPortalThatCutsLongLists:
    @pytest.fixture
    def portal_switches(self) -> dict[str, object]:
        return {"payments_page": 2}

    def test_leaves_open_what_is_left(self, portal: PortalWithApp) -> None:
        deal = add_deal(portal, 10, title="Many payments")
        portal.standin.add_payments(portal.name, deal, count=3)
        [line] = lines(own_deals(portal))
        assert line.left == "–"
        assert line.notes == "Not all payments could be read: open the deal to see them."


@pytest.mark.parametrize("amount", ["a lot", None, [], {"a": 1}])
def test_an_odd_amount_takes_nothing_from_other_deals(
    portal: PortalWithApp, amount: object
) -> None:
    rows = [
        {"id": portal.deal("fresh"), "title": "Odd", "opportunity": amount, "currencyId": "EUR"},
        {
            "id": (plain_id := portal.deal("empty")),
            "opportunity": "12.50",
            "currencyId": "EUR",
            "createdTime": 3,
        },
    ]
    portal.standin.add_fault(portal.name, LIST, "answer", result={"items": rows})
    page = open_owed(portal)
    odd, plain = lines(page)
    assert (odd.left, odd.notes) == ("–", "The amount of this deal could not be read.")
    assert (plain.title, plain.left) == (f"Deal {plain_id}", "€12.50")
    assert sums(page)["EUR"][2] == "€12.50 1 deal not counted"


@pytest.mark.parametrize("result", [None, [], "yes", {"items": "none"}, {"items": [{"id": "x"}]}])
def test_a_list_of_another_form_is_told(portal: PortalWithApp, result: object) -> None:
    portal.standin.add_fault(portal.name, LIST, "answer", result=result)
    page = open_owed(portal)
    assert page.status == 502
    assert page.soup.find(role="alert") is not None
