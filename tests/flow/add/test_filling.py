"""Filling a payment where the portal makes it hard: single calls, late payments, twins at last."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow.add.test_compose import rest_path
from tests.support.people.billing import bill, notes
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp

DESK_AND_LAMP = "Desk 71 500x2, Lamp 72 40x3"
FREE = "Beam 0 100x3, Hinge 0 2.5x4"
ADD = "crm.item.payment.add"
PUT, PARTS = "crm.item.payment.product.add", "crm.item.payment.product.list"
CHANGED = "were changed after they had been billed"


def sent(portal: PortalWithApp) -> list[str]:
    """The methods that reached the portal, alone or in a batch."""
    return [name for call in portal.calls() for name in (call["method"], *call["commands"])]


@pytest.mark.parametrize(
    "forbidden",
    [
        [PUT],
        [PARTS],
        ["crm.item.payment.get"],
        ["crm.item.payment.list"],
        ["crm.item.payment.product.*"],
        ["crm.item.payment.*"],
        ["crm.item.productrow.*"],
        ["crm.*"],
    ],
    ids=lambda globs: globs[0],
)
def test_whatever_a_batch_may_not_hold_the_page_after_the_click_is_true(
    portal: PortalWithApp, forbidden: list[str]
) -> None:
    desk = bill(portal, DESK_AND_LAMP)
    portal.standin.switch(portal.name, batch_forbids=forbidden)
    for wish, sums in (("r1×1 r2×1", [540]), ("r1×1 r2×2", [540, 580])):
        answer = desk.create(wish)
        assert " added." in answer.status_text, told(answer)
        assert CHANGED not in answer.text
        assert desk.sums == sums
        if len(sums) == 1:
            assert desk.offer(answer) == "r1×1 r2×2"
    assert desk.offer() == "[]"


@pytest.mark.parametrize("forbidden", [[PUT], [ADD], [ADD, PUT]], ids=" ".join)
def test_what_a_batch_may_hold_again_goes_in_once(
    portal: PortalWithApp, forbidden: list[str]
) -> None:
    """Bitrix24 was updated: what was learnt is too old, and a product must not go in twice."""
    desk = bill(portal, "Desk 71 500x4")
    portal.standin.switch(portal.name, batch_forbids=forbidden)
    assert " added." in desk.create("r1×1").status_text
    portal.standin.switch(portal.name, batch_forbids=[])
    portal.standin.clear_calls(portal.name)
    answer = desk.create("r1×1")
    assert " added." in answer.status_text, told(answer)
    assert (sent(portal).count(ADD), sent(portal).count(PUT)) == (1, 1)
    assert desk.sums == [500, 500]
    assert desk.offer(answer) == "r1×2"


def test_a_payment_that_cannot_be_found_at_once_is_filled_a_moment_later(
    portal: PortalWithApp,
) -> None:
    desk = bill(portal, DESK_AND_LAMP)
    tab = desk.tab()
    text = "Payment has not been found"
    for method, times in ((PUT, 2), (PARTS, 1)):
        portal.standin.add_fault(
            portal.name, method, "refuse", code="0", text=text, status=400, times=times
        )
    answer = desk.create("r1×2 r2×3", tab=tab)
    assert " added." in answer.status_text, told(answer)
    assert desk.sums == [1120]


def test_the_rest_is_added_with_all_its_twins(portal: PortalWithApp) -> None:
    desk = bill(portal, "Desk 71 500x2, " + FREE)
    portal.standin.open_order(portal.name, desk.case.item_id, reserve=True)
    tab = desk.tab()
    for _ in range(2):
        portal.standin.add_fault(
            portal.name, PUT, "refuse", code="ERROR_ARGUMENT", text="Not now", status=400
        )
    answer = desk.create("r1×2 r2×3 r3×4", tab=tab)
    assert "no product got in" in answer.alert_text, told(answer)
    done = desk.post(rest_path(portal), answer, {})
    assert "Add the rest" not in done.text
    assert desk.sums == [1310]


def test_a_batch_that_says_nothing_of_a_product_is_no_reason_to_send_it_again(
    portal: PortalWithApp,
) -> None:
    desk = bill(portal, "Desk 71 500x2")
    tab = desk.tab()
    portal.standin.add_fault(
        portal.name, PUT, "refuse", code="ERROR_ARGUMENT", text="Not now", status=400
    )
    answer = desk.create("r1×2", tab=tab)
    nothing: dict[str, Any] = {"result": {"result": {}, "result_error": {}}}
    portal.standin.add_fault(portal.name, PUT, "json", value=nothing, when="after")
    portal.standin.clear_calls(portal.name)
    desk.post(rest_path(portal), answer, {})
    assert sent(portal).count(PUT) == 1
    assert desk.sums == [1000]


@pytest.mark.parametrize("count", [9, 60])
def test_after_many_payments_the_rest_is_offered_and_no_more(
    portal: PortalWithApp, count: int
) -> None:
    rows = ", ".join(f"Thing {1000 + n} 10x2" for n in range(60))
    desk = bill(portal, rows)
    for number in range(count):
        parts = [{"row": desk.case.rows[number % 60], "quantity": 1}]
        portal.standin.add_payments(portal.name, desk.case.item_id, rows=parts)
    tab = desk.tab()
    assert notes(tab).count("left") >= 60 - count // 60
    offered = sum(int(each.split("×")[1]) for each in desk.offer(tab).split())
    assert offered == 120 - count
    page = desk.create(tab=tab)
    assert f"{offered * 10:,}.00 added" in page.status_text, told(page)
    assert sum(desk.sums) == 1200
