"""Who owes what: under the reader's own rights, each currency for itself, in two round trips."""

from __future__ import annotations

from typing import Any

import pytest

from b24app.models import RestCall
from tests.support.pages.home_visits import open_home
from tests.support.pages.owed import (
    COMPANY_TAB,
    CONTACT_TAB,
    OWN_COMPANY,
    add_deal,
    ask_owed,
    bill,
    lines,
    months,
    open_owed,
    own_deals,
    sums,
)
from tests.support.portal import PortalWithApp


def titles(page: Any) -> list[str]:
    return [line.title for line in lines(page)]


def test_open_paid_and_left_of_each_deal_and_of_all(portal: PortalWithApp) -> None:
    first = add_deal(portal, 100, title="First")
    bill(portal, first, part=0.5, paid=True)
    bill(portal, first, part=0.25)
    add_deal(portal, 40, title="Second")
    page = own_deals(portal)
    assert page.status == 200, page.text
    shown = [(line.title, line.open, line.paid, line.left) for line in lines(page)]
    assert shown == [
        ("First", "€25.00", "€50.00", "€50.00"),
        ("Second", "€0.00", "€0.00", "€40.00"),
    ]
    assert sums(page) == {"EUR": ["€25.00", "€50.00", "€90.00"]}
    assert "Sums of all these deals" in page.text
    assert "These are all." in page.text
    assert "Deals that you may not see are neither listed nor counted." in page.text


def test_a_payment_in_another_currency_is_a_sum_of_its_own(portal: PortalWithApp) -> None:
    deal = add_deal(portal, 100, title="Now in dollars")
    bill(portal, deal, part=0.5)
    portal.standin.change_deal(portal.name, deal, currency="USD")
    page = own_deals(portal)
    [line] = lines(page)
    assert (line.open, line.paid, line.left) == ("$0.00 €50.00", "$0.00 €0.00", "$100.00 –")
    assert line.notes == "Payments in another currency are not taken off what is left."
    assert sums(page) == {
        "EUR": ["€50.00", "€0.00", "€0.00"],
        "USD": ["$0.00", "$0.00", "$100.00"],
    }
    assert set(months(page)) == {"Month by month, EUR"}


def test_a_deal_without_an_amount_owes_what_is_open(portal: PortalWithApp) -> None:
    deal = add_deal(portal, 100, title="Emptied")
    bill(portal, deal)
    portal.standin.change_deal(portal.name, deal, opportunity=0)
    add_deal(portal, 0, title="Not quoted yet")
    page = own_deals(portal)
    [line] = lines(page)
    assert (line.title, line.open, line.left) == ("Emptied", "€100.00", "€100.00")
    assert line.notes == "This deal has no amount, so only what is open is owed."
    assert sums(page)["EUR"][2] == "€100.00"
    assert "1 deal that owes nothing is left out." in page.text


def test_more_paid_than_the_deal_costs_is_said(portal: PortalWithApp) -> None:
    deal = add_deal(portal, 100, title="Cheaper now")
    bill(portal, deal, paid=True)
    portal.standin.change_deal(portal.name, deal, opportunity=80)
    page = ask_owed(portal, own_deals(portal), settled="on")
    [line] = lines(page)
    assert (line.left, line.notes) == ("€0.00", "More is paid than this deal costs now.")


def test_settled_lost_and_deleted_deals_are_left_out(portal: PortalWithApp) -> None:
    settled = add_deal(portal, 10, title="Settled")
    bill(portal, settled, paid=True)
    add_deal(portal, 10, title="Lost", stage_semantic="F")
    add_deal(portal, 10, title="Won", stage_semantic="S")
    gone = add_deal(portal, 10, title="Gone")
    portal.standin.change_deal(portal.name, gone, is_deleted=True)
    page = own_deals(portal)
    assert titles(page) == ["Won"]
    assert titles(ask_owed(portal, page, settled="on")) == ["Settled", "Won"]
    assert titles(ask_owed(portal, page, stage="F")) == ["Lost"]
    assert titles(ask_owed(portal, page, stage="P")) == []


def test_a_colleague_without_the_right_sees_only_their_own(portal: PortalWithApp) -> None:
    [colleague] = portal.standin.add_users(portal.name, 1)
    for user, title in ((7, "Mine"), (colleague, "Theirs")):
        deal = add_deal(portal, 10, title=title, visibility="owner", assigned_by_id=user)
        bill(portal, deal)
    assert titles(own_deals(portal, user="admin")) == ["Mine", "Theirs"]
    for reader, title in (("sales", "Mine"), (str(colleague), "Theirs")):
        page = own_deals(portal, user=reader)
        assert titles(page) == [title]
        assert sums(page) == {"EUR": ["€10.00", "€0.00", "€10.00"]}
        assert "1 deal" in page.text


def test_by_my_deals_and_by_period(portal: PortalWithApp) -> None:
    add_deal(portal, 10, title="March", created_at="2026-03-31T22:30:00+00:00")
    add_deal(portal, 10, title="April", created_at="2026-04-02T10:00:00+00:00", assigned_by_id=1)
    page = own_deals(portal)
    assert titles(ask_owed(portal, page, mine="on")) == ["March"]
    assert titles(ask_owed(portal, page, since="2026-04-01", zone="UTC")) == ["April"]
    # Half past one in the night of 1 April in Athens.
    assert titles(ask_owed(portal, page, since="2026-04-01", zone="Europe/Athens")) == [
        "March",
        "April",
    ]
    assert titles(ask_owed(portal, page, until="2026-04-01", zone="UTC")) == ["March"]


@pytest.mark.parametrize(
    ("placement", "client", "found"),
    [
        (CONTACT_TAB, 12, ["First contact", "Second contact"]),
        (CONTACT_TAB, 11, ["Second contact"]),
        (COMPANY_TAB, OWN_COMPANY, ["First contact"]),
    ],
)
def test_a_tab_is_about_its_client_alone(
    portal: PortalWithApp, placement: str, client: int, found: list[str]
) -> None:
    add_deal(portal, 10, title="First contact")
    made = add_deal(portal, 10, title="Second contact", company_id=None, contact_id=11)
    portal.standin.change_deal(portal.name, made, other_contact_ids=[12])
    page = open_owed(portal, placement, options={"ID": str(client)})
    assert set(found) <= set(titles(page))
    assert "First contact" not in titles(page) or client in (12, OWN_COMPANY)
    # Nothing that is typed leads to another client.
    other = ask_owed(portal, page, only="4:21", client="4:21")
    assert titles(other) == titles(page)


def test_a_client_is_chosen_by_a_button_of_a_deal(portal: PortalWithApp) -> None:
    add_deal(portal, 10, title="Of the company")
    page = open_owed(portal)
    [button] = page.soup.select(f"button[value='4:{OWN_COMPANY}']")
    assert button["aria-label"] == "Only deals of Sample Works"
    chosen = ask_owed(portal, page, only=f"4:{OWN_COMPANY}")
    assert titles(chosen) == ["Of the company"]
    assert "Client : Sample Works All clients" in chosen.text.replace("Client:", "Client :")
    assert len(titles(ask_owed(portal, page, client=f"4:{OWN_COMPANY}", only="all"))) > 1


def test_a_client_that_the_reader_may_not_see_has_no_name(portal: PortalWithApp) -> None:
    portal.standin.change_client(portal.name, (4, OWN_COMPANY), visibility="admin")
    add_deal(portal, 10, title="Of somebody")
    page = own_deals(portal)
    assert "not visible to you" in page.text
    assert "Sample Works" not in page.text
    assert "Sample Works" in own_deals(portal, user="admin").text


def test_forty_five_deals_take_two_round_trips(
    portal: PortalWithApp,
) -> None:
    for number in range(46):
        bill(portal, add_deal(portal, 10 + number, title=f"Deal {number}"))
    own_deals(portal)
    portal.standin.clear_calls(portal.name)
    page = own_deals(portal)
    assert len(lines(page)) == 45
    calls = portal.calls()
    assert [call["server"] for call in calls] == ["portal", "portal"]
    assert calls[0]["commands"].count("crm.item.list") == 1
    assert calls[1]["commands"].count("crm.item.payment.list") == 45
    assert "Sums of the deals shown" in page.text
    assert "45 deals, more are to be loaded" in page.text


def test_a_hundred_deals_come_in_three_pages_with_the_sums_of_all(portal: PortalWithApp) -> None:
    for number in range(100):
        add_deal(portal, 1, title=f"Deal {number}")
    page = own_deals(portal)
    found, fragments = titles(page), [page]
    while "Show more deals" in fragments[-1].text:
        portal.standin.clear_calls(portal.name)
        fragments.append(ask_owed(portal, page, "more", seen=fragments[-1].seen))
        assert [call["server"] for call in portal.calls()] == ["portal", "portal"]
        found += titles(fragments[-1])
    assert found == [f"Deal {number}" for number in range(100)]
    assert [sums(each)["EUR"][2] for each in fragments] == ["€45.00", "€90.00", "€100.00"]
    assert "100 deals" in fragments[-1].text
    assert "Sums of all these deals" in fragments[-1].text


def test_what_a_page_has_seen_is_good_in_its_own_frame_alone(portal: PortalWithApp) -> None:
    add_deal(portal, 10)
    mine, theirs = own_deals(portal), own_deals(portal, user="admin")
    for what in ("more", "csv"):
        assert ask_owed(portal, mine, what, seen=theirs.seen).status == 400
        assert ask_owed(portal, open_owed(portal), what, seen=mine.seen).status == 400


def test_the_months_are_a_table(portal: PortalWithApp) -> None:
    for month in range(1, 9):
        deal = add_deal(portal, 10, created_at=f"2026-{month:02d}-12T10:00:00+00:00")
        bill(portal, deal, part=0.5, paid=True, at=f"2026-{month:02d}-20T10:00:00+00:00")
        bill(portal, deal, part=0.5)
    [drawing] = months(own_deals(portal)).values()
    assert drawing[0] == ["Earlier", "€10.00", "€10.00"]
    assert drawing[1] == ["Mar 2026", "€5.00", "€5.00"]
    assert len(drawing) == 7


def test_the_main_page_leads_there(portal: PortalWithApp) -> None:
    home = open_home(portal, user="sales")
    form = home.form_fields("/payments/owed/")
    page = portal.app.send("/payments/owed/", form=form)
    assert page.status == 200
    assert "Office coffee, yearly supply" in titles(page)


def test_a_bearer_of_a_deal_opens_no_debts_and_that_of_a_client_no_payments(
    portal: PortalWithApp,
) -> None:
    add_deal(portal, 10)
    tab, page = portal.open_tab(), own_deals(portal)
    bearer = {"frame_session": tab.bearer}
    assert portal.app.send("/payments/owed/", form=bearer).status == 400
    foreign = {**tab.form_fields("/payments/add/"), "frame_session": page.bearer}
    portal.standin.clear_calls(portal.name)
    assert portal.app.send("/payments/add/", form=foreign).status == 400
    assert portal.calls() == []


def test_the_journal_of_calls_keeps_no_titles_and_no_names(portal: PortalWithApp) -> None:
    add_deal(portal, 10, title="Confidential")
    own_deals(portal)
    kept = "".join(f"{row.params}{row.answer}" for row in RestCall.objects.all())
    assert "createdTime" in kept
    assert "Confidential" not in kept
    assert "Sample Works" not in kept
