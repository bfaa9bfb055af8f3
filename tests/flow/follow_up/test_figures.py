"""Figures on the deal: after each click and each look the fields say what the payments say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from payments.models import DealFigures
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.fields import (
    ADD_FIELD,
    LAST,
    LEFT,
    NAMES,
    PAID,
    STATE,
    WRITE,
    await_quiet,
    press,
    switch_on,
    values,
)
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

NOTHING_PAID = {PAID: 0, LEFT: 1200, STATE: "none"}


@pytest.fixture
def portal_switches() -> dict[str, object]:
    return {"orders_for_sales": "edit"}


def asked_of(portal: PortalWithApp) -> list[str]:
    """What the portal itself was asked, in order."""
    return [call["method"] for call in portal.calls() if call["server"] == "portal"]


def act(portal: PortalWithApp, tab: Page, path: str) -> Page:
    """A button of a payment in the list."""
    (found,) = [
        str(button["formaction" if button.has_attr("formaction") else "data-path"])
        for button in tab.soup.select("[formaction], [data-path]")
        if path in str(button.get("formaction", button.get("data-path")))
    ][:1]
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send(found, form={}, headers=headers)


def test_an_administrator_gets_four_fields_with_filters_and_labels(portal: PortalWithApp) -> None:
    switch_on(portal)
    fields = portal.state()["user_fields"]
    assert fields.keys() == NAMES
    assert {each["show_filter"] for each in fields.values()} == {"E"}
    assert {fields[name]["settings"]["PRECISION"] for name in (PAID, LEFT)} == {2}
    assert fields[LEFT]["labels"]["LIST_FILTER_LABEL"] == {
        "en": "Left to pay",
        "de": "Noch zu zahlen",
        "ru": "Осталось оплатить",
    }
    assert [each["value"] for each in fields[STATE]["choices"]] == [
        "nothing paid",
        "partly paid",
        "all paid",
    ]


def test_an_add_writes_the_figures_behind_the_answer_with_the_persons_own_token(
    portal: PortalWithApp,
) -> None:
    switch_on(portal)
    tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    page = portal.app.press_add(tab)
    assert "added" in page.status_text
    await_condition(lambda: values(portal) == NOTHING_PAID, seconds=10)
    await_quiet(portal)
    calls = portal.calls()
    assert [call["method"] for call in calls] == ["batch", "batch", WRITE]
    assert {call["user_id"] for call in calls} == {portal.about["users"]["sales"]}
    assert not list(DealFigures.objects.filter(portal=portal.row).values())


def test_pay_unpay_and_delete_are_followed(portal: PortalWithApp) -> None:
    switch_on(portal)
    tab = portal.open_tab("billed")
    await_quiet(portal)
    await_condition(lambda: values(portal, "billed").get(STATE) == "part", seconds=10)
    assert values(portal, "billed")[PAID] == 500
    assert values(portal, "billed")[LEFT] == 1000
    tab = act(portal, tab, "/pay/")
    await_condition(lambda: values(portal, "billed")[PAID] == 1000, seconds=10)
    assert values(portal, "billed")[LAST] == f"{datetime.now(UTC):%Y-%m-%d}"
    tab = act(portal, portal.open_tab("billed"), "/unpay/")
    await_condition(lambda: values(portal, "billed")[PAID] == 500, seconds=10)


def test_the_first_look_writes_and_the_next_one_does_not(portal: PortalWithApp) -> None:
    switch_on(portal)
    portal.open_tab("billed")
    await_condition(lambda: values(portal, "billed").get(LEFT) == 1000, seconds=10)
    await_quiet(portal)
    portal.standin.clear_calls(portal.name)
    portal.open_tab("billed")
    portal.open_tab("empty")
    assert asked_of(portal) == ["batch", "batch"]
    assert not DealFigures.objects.filter(portal=portal.row).exists()


def test_what_somebody_typed_over_a_figure_is_put_right(portal: PortalWithApp) -> None:
    switch_on(portal)
    portal.open_tab("billed")
    await_condition(lambda: values(portal, "billed").get(LEFT) == 1000, seconds=10)
    given = {"entityTypeId": 2, "id": portal.deal("billed"), "fields": {"ufCrmDpLeft": 1}}
    portal.result(WRITE, "admin", **given)
    portal.open_tab("billed")
    await_condition(lambda: values(portal, "billed").get(LEFT) == 1000, seconds=10)


def test_sums_are_those_of_the_deals_own_currency(portal: PortalWithApp) -> None:
    switch_on(portal)
    portal.open_tab("billed")
    await_condition(lambda: values(portal, "billed").get(PAID) == 500, seconds=10)
    portal.standin.change_deal(portal.name, "billed", currency="USD")
    portal.open_tab("billed")
    await_condition(lambda: values(portal, "billed").get(PAID) == 0, seconds=10)
    assert values(portal, "billed")[STATE] == "part"
    assert values(portal, "billed")[LEFT] == 1500


def test_two_people_at_once_leave_the_right_figures(portal: PortalWithApp) -> None:
    switch_on(portal)
    tabs = [portal.open_tab("many", user=user) for user in ("sales", "admin")]
    portal.standin.add_fault(portal.name, "crm.item.update", "hold", seconds=1)
    for tab in tabs:
        portal.app.press_add(tab)
    ids = portal.standin.add_payments(portal.name, "many", paid=True, rows=[])
    assert ids
    portal.open_tab("many")
    await_quiet(portal)
    assert values(portal, "many")[LEFT] == 52000


def test_a_portal_that_forbids_the_update_in_a_batch_gets_it_alone(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, batch_forbids=["crm.item.*"])
    switch_on(portal)
    portal.app.press_add(portal.open_tab())
    await_condition(lambda: values(portal) == NOTHING_PAID, seconds=10)


def test_our_own_change_that_comes_back_as_an_event_does_nothing(portal: PortalWithApp) -> None:
    switch_on(portal)
    handler = f"{portal.app.origin}/events/"
    portal.result("event.bind", "admin", EVENT="ONCRMDEALUPDATE", HANDLER=handler)
    portal.app.press_add(portal.open_tab())
    await_condition(lambda: values(portal) == NOTHING_PAID, seconds=10)
    await_quiet(portal)
    count = len(portal.calls())
    data = {"FIELDS": {"ID": str(portal.deal("fresh"))}}
    portal.standin.deliver_event(portal.name, "ONCRMDEALUPDATE", data, user="sales")
    assert len(portal.calls()) == count


def test_switched_off_nothing_is_written_and_the_fields_stay(portal: PortalWithApp) -> None:
    switch_on(portal)
    assert "Switched off." in press(portal, "off").text
    portal.app.press_add(portal.open_tab())
    assert portal.state()["user_fields"].keys() == NAMES
    assert values(portal) == {}
    assert not DealFigures.objects.filter(portal=portal.row).exists()
    assert WRITE not in {call["method"] for call in portal.calls()}


def test_switched_on_again_nothing_is_made_twice(portal: PortalWithApp) -> None:
    switch_on(portal)
    press(portal, "off")
    switch_on(portal)
    assert not portal.calls(ADD_FIELD)


def test_an_invoice_has_no_fields(portal: PortalWithApp) -> None:
    switch_on(portal)
    invoice = portal.about["invoices"]["invoice"]
    options = {"ID": str(invoice)}
    place = "CRM_SMART_INVOICE_DETAIL_TAB"
    tab = portal.app.open_frame(portal.name, user="sales", placement=place, options=options)
    portal.app.press_add(tab)
    assert asked_of(portal) == ["batch", "batch"]


def test_where_nothing_is_switched_on_nothing_of_this_is_asked(portal: PortalWithApp) -> None:
    portal.app.press_add(portal.open_tab())
    assert asked_of(portal) == ["batch", "batch"]
