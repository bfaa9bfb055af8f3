"""Random walks: people bill, colleagues edit and bill by other means, the money stays right.

Whatever happened before, a click through the app bills what the form promised or says that it did
not, and never more than the rows are worth without having said so before the click.
"""

from __future__ import annotations

import random

import pytest

from tests.standin.tests.worked.cases import DEAL, INVOICE
from tests.support.pages.page import Page
from tests.support.people.billing import Billing, bill, limits, notes
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp

STEPS = 7
TENTH_OF_A_CENT = 0.001
KINDS = {
    "deal": (DEAL, {}),
    "deal in orders mode": (DEAL, {"mode": "orders", "orders_for_sales": "edit"}),
    "invoice": (INVOICE, {}),
}
TAXES = ("", " 20% N net {net}", " 20% Y net {net}")


def rows_of(dice: random.Random) -> str:
    """Two to five rows of few products, so that twins are common; prices with and without tax."""
    rows = []
    for number in range(dice.randint(2, 5)):
        price = 12 * dice.randint(1, 20)
        tax = dice.choice(TAXES).format(net=price / 1.2)
        product = dice.choice([0, 0, 71, 72, 73, 74])
        rows.append(f"Row{number} {product} {price}x{dice.randint(1, 4)}{tax}")
    return ", ".join(rows)


def click(item: Billing, tab: Page, dice: random.Random) -> tuple[Page, float] | None:
    """A click with quantities that the form allows, and what it promised; None: nothing to bill."""
    fields = {str(f["name"]): f for f in tab.soup.select("#rows input[name^=row_]:not([disabled])")}
    if not fields:
        return None
    chosen = {name: dice.randint(0, int(str(f["data-most"]))) for name, f in fields.items()}
    if dice.random() < 0.5:
        chosen = {name: int(str(f["value"])) for name, f in fields.items()}
    more = {}
    if tab.soup.select("#saves_rows") and dice.random() < 0.5:
        chosen = {name: int(str(f["data-most"])) for name, f in fields.items()}
        more = {"saves_rows": "1"}
    if not any(chosen.values()):
        return None
    form = {k: v for k, v in tab.form_fields("/payments/add/").items() if k != "saves_rows"}
    form |= {name: str(quantity) for name, quantity in chosen.items()} | more
    promised = sum(float(str(fields[n]["data-price"])) * q for n, q in chosen.items())
    return item.post("/payments/add/", tab, form), promised


def disturb(item: Billing, dice: random.Random) -> None:
    """A colleague saves the card as it is, with another quantity or price, or with a new row."""
    rows = [f"r{n}" for n in range(1, len(item.case.rows) + 1)]
    living = item.portal.standin.deal(item.portal.name, item.case.item_id, type=item.case.type_id)[
        "rows"
    ]
    rows = [f"r{item.case.rows.index(row['id']) + 1}" for row in living]
    values = {f"r{item.case.rows.index(row['id']) + 1}": row for row in living}
    what = dice.choice(["nothing", "quantity", "price", "new", "removed", "billed"])
    if what == "billed":
        item.case.call(
            "crm.item.payment.product.add",
            paymentId=item.case.call(
                "crm.item.payment.add",
                entityId=item.case.item_id,
                entityTypeId=item.case.type_id,
            ).json()["result"],
            rowId=dice.choice(living)["id"],
            quantity=1,
        )
        return
    changed = dice.choice(rows)
    row = values[changed]
    if what == "quantity":
        changed = f"{changed}={row['price']:g}x{row['quantity'] + dice.choice([-1, 1, 2]) or 1:g}"
    elif what == "price":
        changed = (
            f"{changed}={row['price'] + 12 * dice.choice([-1, 1]) or 12:g}x{row['quantity']:g}"
        )
    lines = [changed if changed.startswith(f"{name}=") else name for name in rows]
    if what == "removed" and len(lines) > 1:
        lines.remove(changed)
    if what == "new":
        lines.append(f"Late 0 {12 * dice.randint(1, 9)}x1")
    item.case.save(", ".join(lines))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_walk_bills_what_it_promises_and_no_more_than_the_rows(
    portal: PortalWithApp, kind: str, seed: int
) -> None:
    dice = random.Random(f"{kind} {seed}")  # noqa: S311 - a walk has to be repeatable
    type_id, switches = KINDS[kind]
    if switches:
        portal.standin.switch(portal.name, **switches)
    item = bill(portal, rows_of(dice), type_id=type_id)
    for step in range(STEPS):
        if dice.random() < 0.4:
            disturb(item, dice)
        tab = item.tab()
        before, worth = sum(item.sums), item.worth
        clicked = click(item, tab, dice)
        if clicked is None:
            continue
        page, promised = clicked
        after = sum(item.sums)
        story = f"{kind} {seed}, step {step}: {limits(tab)} {told(page)}"
        is_success = " added." in page.status_text
        if is_success:
            assert abs(after - before - promised) < TENTH_OF_A_CENT, story
        else:
            assert page.alert_text, story
        is_warned = "more would be billed" in notes(tab)
        assert after <= max(worth, before) + TENTH_OF_A_CENT or is_warned, story
