"""A payment with rows in it: the right sum, and the truth about every row that stays out."""

from __future__ import annotations

from typing import Any

import pytest

from payments.models import Attempt
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp
from tests.support.waiting import at_once, await_condition

pytestmark = pytest.mark.both_portals

COFFEE, FILTERS = 301, 302
NO_PAYMENT_METHOD_IN_BATCH = ["crm.item.payment.*"]


def create(
    portal: PortalWithApp,
    tab: Page,
    rows: dict[int, Any],
    *,
    wants_page: bool = False,
    **fields: Any,
) -> Page:
    """Create payment with these quantities, from the form of a tab."""
    given = tab.form_fields("/payments/add/")
    form = {name: given.get(name, "") for name in ("key", "seen", "terms")} | fields
    form |= {f"row_{row_id}": str(quantity) for row_id, quantity in rows.items()}
    return post(portal, tab, "/payments/add/", form)


def post(portal: PortalWithApp, tab: Page, path: str, form: dict[str, Any]) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send(path, form=form, headers=headers)


def await_told(portal: PortalWithApp, tab: Page, key: str, words: str) -> Page:
    """The answer to the page's question about a click, once it says `words`."""
    answers: list[Page] = []

    def is_told() -> bool:
        answers.append(portal.app.ask_attempt(tab, key))
        return words in told(answers[-1])

    await_condition(is_told, seconds=15)
    return answers[-1]


def the_payment(portal: PortalWithApp, deal: str = "fresh") -> dict[str, Any]:
    [payment] = portal.payments_of(portal.deal(deal))
    return payment


def attempt_of(portal: PortalWithApp) -> Attempt:
    return Attempt.objects.filter(portal__member_id=portal.member_id).latest("created_at")


def rest_path(portal: PortalWithApp) -> str:
    return f"/payments/attempts/{attempt_of(portal).key}/rest/"


def test_rows_with_quantities_make_the_right_sum(portal: PortalWithApp) -> None:
    answer = create(portal, portal.open_tab(), {COFFEE: 1, FILTERS: 4})
    assert "€800.00 added" in answer.status_text
    assert the_payment(portal)["sum"] == 800
    assert "€800.00" in answer.soup.select("#list tbody tr")[0].get_text()


def test_a_row_at_zero_stays_out(portal: PortalWithApp) -> None:
    create(portal, portal.open_tab(), {COFFEE: 0, FILTERS: 2})
    assert the_payment(portal)["sum"] == 200


def test_the_opening_and_the_creating_take_one_round_trip_each(portal: PortalWithApp) -> None:
    deal = portal.standin.add_deal(
        portal.name,
        title="Twenty rows",
        rows=[{"name": f"Thing {n}", "price": 10, "quantity": 2} for n in range(20)],
    )
    portal.open_tab()
    portal.standin.clear_calls(portal.name)
    tab = portal.app.open_tab(portal.name, deal["id"])
    assert len(portal.calls()) == 1
    rows = {int(str(i["name"]).removeprefix("row_")): 2 for i in tab.soup.select("[name^=row_]")}
    assert len(rows) == 20
    portal.standin.clear_calls(portal.name)
    answer = create(portal, tab, rows)
    assert "€400.00 added" in answer.status_text
    assert len(portal.calls()) == 1


def test_one_more_where_the_add_is_forbidden_in_a_batch(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, batch_forbids=["crm.item.payment.add"])
    create(portal, portal.open_tab(), {FILTERS: 1})
    tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    answer = create(portal, tab, {COFFEE: 1, FILTERS: 1})
    assert "€500.00 added" in answer.status_text
    assert len(portal.calls()) == 2


def test_a_portal_without_payments_in_batches_gets_the_same_payment(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, batch_forbids=NO_PAYMENT_METHOD_IN_BATCH)
    answer = create(portal, portal.open_tab(), {COFFEE: 2, FILTERS: 4})
    assert "€1,200.00 added" in answer.status_text
    assert the_payment(portal)["sum"] == 1200


@pytest.mark.parametrize("count", [1, 5])
def test_such_a_portal_is_asked_once_a_row_once_it_is_known(
    portal: PortalWithApp, count: int
) -> None:
    portal.standin.switch(portal.name, batch_forbids=NO_PAYMENT_METHOD_IN_BATCH)
    create(portal, portal.open_tab(), {COFFEE: 1})
    rows = [{"name": f"Thing {n}", "price": 10, "quantity": 2} for n in range(count)]
    deal = portal.standin.add_deal(portal.name, title="Rows", rows=rows)
    tab = portal.app.open_tab(portal.name, deal["id"])
    portal.standin.clear_calls(portal.name)
    answer = create(portal, tab, dict.fromkeys(deal["rows"], 1))
    assert f"€{count * 10}.00 added" in answer.status_text
    assert len(portal.calls()) == 4 + count


@pytest.mark.parametrize("style", ["entityId", "rowId"])
def test_a_row_stolen_by_a_colleague_is_explained_and_the_rest_is_added(
    portal: PortalWithApp, style: str
) -> None:
    portal.standin.switch(portal.name, row_id_style=style)
    tab = portal.open_tab()
    deal = portal.deal("fresh")
    portal.standin.add_payments(
        portal.name, deal, user="admin", rows=[{"row": COFFEE, "quantity": 1}]
    )
    answer = create(portal, tab, {COFFEE: 2, FILTERS: 4})
    assert "1 product did not get in" in answer.alert_text
    assert "Coffee: only 1 of 2 left to bill." in answer.text
    ours = portal.payments_of(deal)[-1]
    assert ours["sum"] == 400

    done = post(portal, answer, rest_path(portal), {})
    assert "€800.00" in done.text
    assert portal.payments_of(deal)[-1]["sum"] == 800


def test_the_rest_is_added_once_by_many_clicks(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(
        portal.name, "crm.item.payment.product.add", "refuse", code="ERROR_ARGUMENT", status=400
    )
    answer = create(portal, tab, {COFFEE: 1, FILTERS: 2})
    assert the_payment(portal)["sum"] == 200
    path = rest_path(portal)
    at_once([lambda: post(portal, answer, path, {}) for _ in range(8)])
    assert the_payment(portal)["sum"] == 600


def test_a_lost_answer_is_found_with_its_rows(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, "batch", "drop_after")
    answer = create(portal, tab, {COFFEE: 2, FILTERS: 1})
    key = answer.polled_key
    assert key
    assert "€900.00" in await_told(portal, tab, key, "was added").status_text
    assert the_payment(portal)["sum"] == 900


def test_an_answer_lost_half_way_says_which_rows_are_missing(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, "crm.item.payment.add", "drop_after")
    key = create(portal, tab, {COFFEE: 2, FILTERS: 1}).polled_key
    assert key
    page = await_told(portal, tab, key, "no product got in")
    assert the_payment(portal)["sum"] == 0
    assert "€900.00" in post(portal, page, rest_path(portal), {}).text
    assert the_payment(portal)["sum"] == 900


def test_the_same_key_with_other_rows_is_refused(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    create(portal, tab, {COFFEE: 1})
    again = create(portal, tab, {COFFEE: 2})
    assert again.status == 409
    assert the_payment(portal)["sum"] == 400


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("1.5", "Only whole numbers"),
        ("1,5", "Only whole numbers"),
        ("-1", "not a whole number"),
        ("x", "not a whole number"),
        ("2e0", "not a whole number"),
        ("12 pcs", "not a whole number"),
        ("1.000", "without a dot or a comma"),
        ("1,000", "without a dot or a comma"),
        ("9999999999", "too large"),
        ("9" * 5000, "too large"),
    ],
)
def test_a_quantity_that_is_none_is_told_and_nothing_is_sent(
    portal: PortalWithApp, quantity: str, words: str
) -> None:
    tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    answer = create(portal, tab, {COFFEE: quantity})
    assert answer.status == 400
    assert words in answer.alert_text
    assert not portal.calls()


@pytest.mark.parametrize(
    "quantity", ["1 000", "1\N{NO-BREAK SPACE}000", "1000.0", "١٠٠٠", "1000,00"]
)
def test_a_thousand_is_read_as_people_write_it(portal: PortalWithApp, quantity: str) -> None:
    row = {"name": "Screw", "price": 0.125, "quantity": 2000}
    deal = portal.standin.add_deal(portal.name, title="Screws", rows=[row])
    tab = portal.app.open_tab(portal.name, deal["id"])
    answer = create(portal, tab, {deal["rows"][0]: quantity})
    assert "€125.00 added" in answer.status_text


def test_rows_all_at_zero_are_no_payment(portal: PortalWithApp) -> None:
    answer = create(portal, portal.open_tab(), {COFFEE: 0, FILTERS: ""})
    assert "No product is chosen" in answer.alert_text
    assert portal.payments_of(portal.deal("fresh")) == []


def test_a_known_way_to_pay_can_be_chosen(portal: PortalWithApp) -> None:
    portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    tab = portal.open_tab()
    options = {str(o["value"]) for o in tab.soup.select("[name=pay_system] option")}
    chosen = [value for value in options if value][-1]
    create(portal, tab, {COFFEE: 1}, pay_system=chosen)
    assert the_payment(portal)["pay_system_id"] == int(chosen)


def test_a_way_to_pay_goes_with_the_add_and_needs_no_right_to_the_order(
    portal: PortalWithApp,
) -> None:
    answer = create(portal, portal.open_tab(), {COFFEE: 1}, pay_system="4")
    assert the_payment(portal)["sum"] == 400
    assert the_payment(portal)["pay_system_id"] == 4
    assert "€400.00 added" in answer.status_text
    assert not portal.calls("crm.item.payment.update")
