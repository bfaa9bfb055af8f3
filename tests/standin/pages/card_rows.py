"""The product rows on a card: a table, and for those who may edit a form that saves them.

A price is entered as the row has it: with tax where the tax is included, without where it is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standin.crm.basket import Refused, unit_price
from tests.standin.crm.product_rows import saved_rows
from tests.standin.crm.records import DEAL, Item, Row
from tests.standin.crm.synchronisation import save_rows
from tests.standin.pages.markup import NOTHING, Html, join, money, tag
from tests.standin.rest.wire import number
from tests.standin.world import Portal

NEW = "new"
RATES = (20.0, 10.0)
HEADS = ("Product", "Price", "Tax", "Quantity", "Sum")


def show_rows(item: Item, *, action: str | None) -> Html:
    """The rows; with an `action`, the address that saves them, they can be changed."""
    title = tag("h3", "Products")
    if action is None and not item.rows:
        return join([title, tag("p", "None.", class_="note")])
    heads = HEADS if action is None else (*HEADS, "Remove")
    head = join(tag("th", text, scope="col", class_=_class(text)) for text in heads)
    lines = [_line(item, row) if action is None else _fields(item, row) for row in item.rows]
    if action is not None:
        lines.append(_fields(item, None))
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", *lines))
    shown = tag("div", table, class_="wide", tabindex="0", role="region", aria_label="Products")
    if action is None:
        return join([title, shown])
    return join(
        [
            title,
            tag(
                "form",
                shown,
                tag("button", "Save products", class_="primary"),
                tag(
                    "p",
                    "Product 0 is free-form. Two rows of one product, and any two free-form rows, "
                    "are one thing to a payment.",
                    class_="note",
                ),
                method="post",
                action=action,
                class_="rows",
            ),
        ]
    )


def save_form(portal: Portal, item: Item, form: Mapping[str, Any]) -> str:
    """Save the rows as they were entered; answers the word for what came of it."""
    try:
        _save(portal, item, form)
    except (KeyError, ValueError):
        return "number"
    except Refused:
        return "stock"
    return "saved"


def show_word(portal: Portal, item: Item, word: str | None) -> Html:
    """What a save came to, from its word; nothing for any other."""
    failed = {
        "number": "Not saved: that is no number.",
        "stock": "Not saved: strict stock has not so many.",
    }
    if word in failed:
        return tag("p", failed[word], class_="hint", role="alert")
    return _followed(portal, item) if word == "saved" else NOTHING


def _save(portal: Portal, item: Item, form: Mapping[str, Any]) -> None:
    lines = [
        {"id": row.id, **_entered(form, str(row.id))}
        for row in item.rows
        if f"remove-{row.id}" not in form
    ]
    if str(form.get(f"name-{NEW}", "")).strip():
        lines.append(_entered(form, NEW))
    save_rows(portal, item, saved_rows(portal, item.rows, lines))


def _followed(portal: Portal, item: Item) -> Html:
    text = "Saved."
    if portal.orders_of(item.entity_type_id, item.id):
        follows = item.entity_type_id == DEAL and portal.switches.mode == "deals"
        text = (
            "Saved. The order behind it follows; the sums of its payments stay as they are."
            if follows
            else "Saved. The order behind it does not follow."
        )
    return tag("p", text, class_="hint", role="status")


def _entered(form: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The values of one line of the form; a price left empty is nothing."""
    rate, _, way = str(form[f"tax-{key}"]).partition(" ")
    price = float(form[f"price-{key}"] or 0)
    factor = 1 + float(rate or 0) / 100
    is_included = way == "Y"
    values: dict[str, Any] = {
        "name": str(form[f"name-{key}"]).strip(),
        "price": price if is_included else price * factor,
        "price_exclusive": price / factor if is_included else price,
        "tax_rate": float(rate) if rate else None,
        "tax_included": is_included,
        "quantity": float(form[f"quantity-{key}"] or 1),
    }
    if f"product-{key}" in form:
        values["product_id"] = int(form[f"product-{key}"] or 0)
    return values


def _line(item: Item, row: Row) -> Html:
    return tag(
        "tr",
        tag("td", row.name, _origin(row)),
        tag("td", money(unit_price(row), item.currency), class_="number"),
        tag("td", _tax_text(_tax_of(row))),
        tag("td", f"{row.quantity:g}", class_="number"),
        tag("td", money(row.price * row.quantity, item.currency), class_="number"),
    )


def _fields(item: Item, row: Row | None) -> Html:
    key, name = (NEW, "the new product") if row is None else (str(row.id), row.name)

    def entry(field: str, value: object, **more: object) -> Html:
        label = f"{field.capitalize()} of {name}"
        return tag("input", name=f"{field}-{key}", value=value, aria_label=label, **more)

    price = "" if row is None else number(unit_price(row))
    quantity = 1 if row is None else number(row.quantity)
    more = {"type": "number", "step": "any", "class_": "number"}
    number_of_new = tag("input", name=f"product-{NEW}", value=0, type="number", min=0)
    product = tag("label", "Product ", number_of_new) if row is None else _origin(row)
    placeholder = "One more" if row is None else None
    return tag(
        "tr",
        tag(
            "td",
            entry("name", "" if row is None else row.name, type="text", placeholder=placeholder),
            product,
        ),
        tag("td", entry("price", price, **more)),
        tag("td", _taxes(key, name, row)),
        tag("td", entry("quantity", quantity, **more)),
        tag("td", _sum(item, row), class_="number"),
        tag("td", _remover(row) if row else NOTHING),
    )


def _remover(row: Row) -> Html:
    label = f"Remove {row.name}"
    return tag("input", name=f"remove-{row.id}", type="checkbox", aria_label=label)


def _taxes(key: str, name: str, row: Row | None) -> Html:
    current = "" if row is None else _tax_of(row)
    choices = ["", *(f"{rate:g} {way}" for rate in RATES for way in "YN")]
    options = join(
        tag("option", _tax_text(each), value=each, selected=each == current)
        for each in (choices if current in choices else [*choices, current])
    )
    return tag("select", options, name=f"tax-{key}", aria_label=f"Tax of {name}")


def _tax_of(row: Row) -> str:
    """The rate and Y or N, or nothing."""
    return f"{row.tax_rate:g} {'Y' if row.tax_included else 'N'}" if row.tax_rate else ""


def _tax_text(tax: str) -> str:
    rate, _, way = tax.partition(" ")
    if not rate:
        return "none"
    return f"incl. {rate} %" if way == "Y" else f"plus {rate} %"


def _origin(row: Row) -> Html:
    text = f"Product {row.product_id}" if row.product_id else "Free-form"
    return tag("small", text, class_="note")


def _sum(item: Item, row: Row | None) -> str:
    return "" if row is None else money(row.price * row.quantity, item.currency)


def _class(text: str) -> str | None:
    return "number" if text in ("Price", "Quantity", "Sum") else None
