"""What the doctor sees of a portal's answers, on portals of both readings; it changes nothing."""

from __future__ import annotations

import pytest

from b24app.models import Portal
from tests.support.operations.probing import SALES, Told, probe, probe_newest, told
from tests.support.operations.visits import visit
from tests.support.people.billing import Billing, bill
from tests.support.portal import PortalWithApp

pytestmark = [pytest.mark.usefixtures("this_server"), pytest.mark.words]
DESK = "Desk 71 500x2, Lamp 72 40x3"
PARTS = "crm.item.payment.product.list"
WRITES = ("add", "update", "delete", "pay", "unpay", "setquantity", "getpublicurl", "bind")


def billed(portal: PortalWithApp, rows: str = DESK, wish: str = "") -> Billing:
    deal = bill(portal, rows)
    deal.create(wish)
    return deal


def seen(portal: PortalWithApp, deal: Billing, *, user: int | None = SALES) -> dict[str, Told]:
    return told(probe(portal, deal, user=user))


def test_without_being_asked_it_says_nothing_of_a_deal(portal: PortalWithApp) -> None:
    billed(portal)
    status, said = visit(portal.member_id)
    assert status == 0
    assert "So:" not in said


def test_only_reads_are_sent_and_few(portal: PortalWithApp) -> None:
    deal = billed(portal)
    before = (deal.sums, deal.case.rows, list(Portal.objects.values_list("notes", "trouble")))
    portal.standin.clear_calls(portal.name)
    said = probe(portal, deal, user=SALES)
    methods = [name for call in portal.calls() for name in (call["method"], *call["commands"])]
    assert not [name for name in methods if name.rpartition(".")[2].lower() in WRITES]
    assert len(portal.calls()) <= 6
    after = (deal.sums, deal.case.rows, list(Portal.objects.values_list("notes", "trouble")))
    assert after == before
    assert said.endswith("Everything is in order.\n")
    assert not [secret for secret in portal.standin.secrets() if secret in said]


def test_the_deal_of_the_newest_click_serves_where_none_is_named(portal: PortalWithApp) -> None:
    portal.open_tab()
    assert "The app has made no payment in this portal." in probe_newest(portal)
    deal = billed(portal)
    assert f"deal {deal.case.item_id}: 2 rows, 1 payments." in probe_newest(portal)


def test_a_deal_that_is_not_there(portal: PortalWithApp) -> None:
    assert "deal 999999: Person 1 cannot read it [item_not_found]." in probe(portal, 999999)


def test_a_person_who_never_opened_the_app(portal: PortalWithApp) -> None:
    said = probe(portal, billed(portal), user=4711)
    assert "WRONG  person 4711: That person has never opened the app here." in said
    assert "Everything is in order." not in said


def test_a_person_whose_access_ended(portal: PortalWithApp) -> None:
    deal = billed(portal)
    portal.standin.change_portal(portal.name, users={str(SALES): {"is_active": False}})
    assert "WRONG  person 7: Bitrix24 lets that person in no more" in probe(
        portal, deal, user=SALES
    )


@pytest.mark.parametrize(
    ("style", "mark", "words"),
    [
        ("entityId", "seen", "0 of 2 name their row (rowId), 2 the basket item"),
        ("rowId", "OTHER", "2 of 2 name their row (rowId), 0 the basket item"),
    ],
)
def test_what_parts_name(portal: PortalWithApp, style: str, mark: str, words: str) -> None:
    portal.standin.switch(portal.name, row_id_style=style)
    found = seen(portal, billed(portal))["parts of payments"]
    assert found.mark == mark
    assert words in found.seen


def test_parts_that_name_nothing(portal: PortalWithApp) -> None:
    deal = billed(portal)
    payment = deal.case.listed()[0]["id"]
    part = {"id": 1, "paymentId": payment, "quantity": 1}
    portal.standin.add_fault(portal.name, PARTS, "answer", result=[part], times=None)
    found = seen(portal, deal)["parts of payments"]
    assert (found.mark, "The rest name neither." in found.seen) == ("OTHER", True)


def test_a_reference_that_leads_to_a_payment(portal: PortalWithApp) -> None:
    found = seen(portal, billed(portal))["references in a batch"]
    assert (found.mark, "led to payment" in found.seen) == ("seen", True)


def test_a_reference_to_contents_that_are_refused_has_led_there(portal: PortalWithApp) -> None:
    deal = billed(portal)
    portal.standin.switch(portal.name, mode="orders")
    found = seen(portal, deal)
    assert found["references in a batch"].mark == "seen"
    assert found["parts of payments"].mark == "open"
    assert "nothing follows from it" in found["rows, payments and offer"].meaning


def test_references_that_lead_nowhere(portal: PortalWithApp) -> None:
    deal = billed(portal)
    portal.standin.add_fault(portal.name, PARTS, "refuse", code="100", times=8)
    found = seen(portal, deal)["references in a batch"]
    assert (found.mark, "led nowhere [our_fault 100]" in found.seen) == ("OTHER", True)


def test_a_portal_without_payments_in_batches(portal: PortalWithApp) -> None:
    deal = billed(portal)
    portal.standin.switch(portal.name, batch_forbids=["crm.item.payment.*"])
    found = seen(portal, deal)["references in a batch"]
    assert (found.mark, "lets no payments into a batch" in found.seen) == ("open", True)


@pytest.mark.parametrize(
    ("denied", "leaks", "words"),
    [
        (403, True, "[access_denied ACCESS_DENIED] with HTTP 403, in a batch with HTTP 403."),
        (400, False, "[access_denied ACCESS_DENIED] with HTTP 400, in a batch with HTTP 200."),
    ],
)
def test_a_refused_right(portal: PortalWithApp, denied: int, leaks: bool, words: str) -> None:
    deal = billed(portal)
    portal.standin.switch(portal.name, denied_status=denied, batch_leaks_403=leaks)
    found = seen(portal, deal)["right to the order"]
    assert found.mark == "seen"
    assert words in found.seen


def test_a_granted_right(portal: PortalWithApp) -> None:
    deal = billed(portal)
    assert "may read payment" in seen(portal, deal, user=1)["right to the order"].seen
    portal.standin.switch(portal.name, orders_for_sales="read")
    assert "may read payment" in seen(portal, deal)["right to the order"].seen


@pytest.mark.parametrize(
    ("style", "words"), [("string", "Code 0 is a text ('0')"), ("number", "Code 0 is a number (0)")]
)
def test_the_type_of_codes(portal: PortalWithApp, style: str, words: str) -> None:
    portal.standin.switch(portal.name, error_code_style=style)
    found = seen(portal, billed(portal))["error codes"]
    assert (found.mark, words in found.seen) == ("seen", True)


def test_another_code_for_what_is_not_there(portal: PortalWithApp) -> None:
    deal = billed(portal)
    portal.standin.add_fault(
        portal.name, "crm.item.payment.get", "refuse", code="NEW_CODE", times=None
    )
    assert seen(portal, deal)["error codes"].mark == "OTHER"


@pytest.mark.parametrize(
    ("places", "mark", "most"), [(8, "seen", 8), (4, "seen", 4), (2, "open", 2)]
)
def test_decimals(portal: PortalWithApp, places: int, mark: str, most: int) -> None:
    portal.standin.switch(portal.name, sum_decimals=places)
    deal = bill(portal, "Oak 71 12x1 20% N net 10, Elm 72 100x1 20% Y net 83.33333333")
    deal.case.play("P1 r1×1 → i1; P1 r2×1 → i2")
    deal.tab()
    found = seen(portal, deal)["decimals of sums"]
    assert (found.mark, found.seen) == (mark, f"At most {most} in 1 sums.")


def test_payments_by_their_maker(portal: PortalWithApp) -> None:
    deal = billed(portal)
    found = seen(portal, deal)["payments by their maker"]
    assert (found.mark, "1 of 1 payments are of person 7" in found.seen) == ("seen", True)
    assert "0 of 1 payments" in seen(portal, deal, user=1)["payments by their maker"].seen


def test_a_filter_that_lists_too_little_or_fails(portal: PortalWithApp) -> None:
    deal = billed(portal)
    listed = deal.case.listed()
    method = "crm.item.payment.list"
    portal.standin.add_fault(portal.name, method, "answer", result=listed, times=1)
    portal.standin.add_fault(portal.name, method, "answer", result=[], times=1)
    found = seen(portal, deal)["payments by their maker"]
    assert (found.mark, f"wrong of {listed[0]['id']}" in found.seen) == ("OTHER", True)
    portal.standin.clear_faults(portal.name)
    portal.standin.add_fault(portal.name, method, "answer", result=listed, times=1)
    portal.standin.add_fault(portal.name, method, "refuse", code="100", times=1)
    found = seen(portal, deal)["payments by their maker"]
    assert (found.mark, "is refused [our_fault 100]" in found.seen) == ("OTHER", True)


def test_who_may_list_the_ways_to_pay(portal: PortalWithApp) -> None:
    deal = billed(portal)
    subject = "list of payment systems"
    assert "is refused [access_denied ACCESS_DENIED]" in seen(portal, deal)[subject].seen
    assert "may read it" in seen(portal, deal, user=1)[subject].seen


def test_links_are_left_alone(portal: PortalWithApp) -> None:
    found = seen(portal, billed(portal))["payment link"]
    assert (found.mark, "publish a site" in found.seen) == ("open", True)
    assert not portal.calls("salescenter.payment.getpublicurl")
