"""The journal of calls: what the Market asks for is there, and nobody's secret or name."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection

from b24app.models import RestCall
from tests.standin.crm.records import Row
from tests.standin.seed import make_portal
from tests.standin.world import App as Card
from tests.standin.world import World
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, address_on
from tests.support.portal import PortalWithApp

COFFEE, PUT = 301, "crm.item.payment.product.add"
ALONE = {"batch_forbids": ["crm.item.payment.*"]}


def rows_of(portal: PortalWithApp) -> list[RestCall]:
    return list(RestCall.objects.filter(portal=portal.row).order_by("at"))


def post(portal: PortalWithApp, tab: Page, path: str, **form: str) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send(path, form=form, headers=headers)


def create(portal: PortalWithApp, tab: Page, **fields: str) -> Page:
    given = tab.form_fields("/payments/add/")
    form = {**{name: given[name] for name in ("key", "seen", "terms")}, **fields}
    return post(portal, tab, "/payments/add/", **form)


def live(portal: PortalWithApp) -> int:
    """A day with the app, good and bad; answers the id of a payment with two coffees."""
    standin, name = portal.standin, portal.name
    tab = portal.open_tab()
    answer = create(portal, tab, **{f"row_{COFFEE}": "2"})
    assert "€800.00 added" in answer.status_text
    [payment] = portal.payments_of(portal.deal("fresh"))
    standin.expire(name)
    portal.open_tab("billed", user="admin")
    tab = portal.open_tab("billed")
    text = "Ivan Petrov <ivan@example.com> may not edit «Website relaunch», call +49 170 1234567"
    standin.add_fault(name, ADD, "refuse", code="ACCESS_DENIED", text=text)
    assert create(portal, tab).alert_text
    tab = portal.open_tab(user="admin")
    page = post(portal, tab, address_on(tab, payment["id"], "pay"))
    assert "paid" in page.text.lower()
    assert portal.payments_of(portal.deal("fresh"))[0]["paid"]
    portal.app.open_frame(name, user="admin", placement="DEFAULT")
    for fault in ("html", "drop_before"):
        standin.add_fault(name, "batch", fault, status=502, body="Ivan Petrov")
        portal.open_tab()
    return int(payment["id"])


def everything() -> str:
    """Every value of every row of the journal."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {RestCall._meta.db_table}")  # noqa: S608
        return "\n".join(str(row) for row in cursor.fetchall())


def words_of_the_cast() -> set[str]:
    """Names, titles and other words of the people and things in every portal of the stand-in."""
    world = World(app=Card("local.fake", "fake", "http://app.localhost"), port=1)
    cast = make_portal(world, "p")
    items = [*cast.deals.values(), *cast.invoices.values(), *cast.leads.values()]
    rows: list[Row] = [row for item in items for row in item.rows]
    return {
        *(user.name for user in cast.users.values()),
        *(item.title for item in items),
        *(row.name for row in rows),
        *(system.name for system in cast.pay_systems),
        *(client.name for client in cast.clients.values()),
        *(means.value for client in cast.clients.values() for means in client.means),
    }


def command_of(call: RestCall, method: str) -> tuple[Any, Any]:
    """The parameters and the result of a command in a call."""
    params, answer = json.loads(call.params), json.loads(call.answer)
    key = list(params)[call.commands.split().index(method)]
    return params[key], answer["result"].get(key) if call.method == "batch" else answer["result"]


@pytest.mark.parametrize("switches", [{}, REFUSED_IN_BATCH, ALONE], ids=["whole", "add", "alone"])
def test_a_day_leaves_what_the_market_asks_for_and_nothing_of_anybody(
    portal: PortalWithApp, switches: dict[str, Any]
) -> None:
    portal.standin.switch(portal.name, **switches)
    payment_id = live(portal)
    kept = everything()
    words = words_of_the_cast()
    assert {"Salesperson", "Office coffee, yearly supply", "Coffee", "Cash"} <= words
    assert not [word for word in words if re.search(rf"\b{re.escape(word)}\b", kept)]
    assert not [secret for secret in portal.standin.secrets() if secret in kept]
    assert not re.search(r"Ivan|Petrov|example|170 1", kept)

    calls = rows_of(portal)
    by_method = {method: call for call in calls for method in call.commands.split()}
    adds = [call for call in calls if ADD in call.commands.split() and not call.error]
    made = [command_of(call, ADD) for call in adds]
    deal = {"entityTypeId": 2, "entityId": portal.deal("fresh")}
    assert (deal, payment_id) in made
    puts = [command_of(each, PUT) for each in calls if PUT in each.commands.split()]
    assert all((params["rowId"], params["quantity"]) == (COFFEE, 2) for params, _ in puts)
    assert all(params["paymentId"] in ("$result[add]", payment_id) for params, _ in puts)
    assert [type(part) for _, part in puts if part is not None] == [int]
    assert command_of(by_method["crm.item.payment.pay"], "crm.item.payment.pay")[0] == {
        "id": payment_id
    }
    listed = [c for c in calls if c.answer and f'"id":{payment_id}' in c.answer]
    assert any('"sum":800' in call.answer and '"currency":"EUR"' in call.answer for call in listed)
    assert '"error":"ACCESS_DENIED","error_description":"' in kept
    assert "may not edit" in kept
    assert '"ADMIN":true' in kept
    answered = [call for call in calls if call.answer]
    for call in answered:
        assert json.loads(call.params).keys()
        if not call.error:
            assert json.loads(call.answer)["time"]["operating_reset_at"] > 0
    assert {call.status for call in calls if not call.answer} == {None, 502}


def test_the_calls_of_a_proof_are_kept_with_id_and_role_alone(portal: PortalWithApp) -> None:
    RestCall.objects.all().delete()
    portal.open_tab()
    [opened] = rows_of(portal)
    results = json.loads(opened.answer)["result"]
    assert opened.user_id == 7
    assert results["me"] == {"ID": "7", "ADMIN": False, "…": 4}
    assert results["app"]["ID"] == 17


def test_a_thousand_payments_take_little_room(portal: PortalWithApp) -> None:
    portal.standin.add_payments(portal.name, "fresh", user="sales", count=1000)
    RestCall.objects.all().delete()
    assert len(portal.open_tab().body) > 1000
    [call] = rows_of(portal)
    assert "… 1000 in all" in call.answer
    # The parts of the first payments are asked for as well.
    assert len(call.params) + len(call.answer) < 4000
