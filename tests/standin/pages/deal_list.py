"""The list of deals: the deal's own fields as columns, and a filter by those that allow one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standin.crm.records import Item
from tests.standin.crm.user_fields import UserField
from tests.standin.pages.card import path_of
from tests.standin.pages.field_texts import label_of, seen_fields, text_of
from tests.standin.pages.markup import Html, data, fill, join, money, tag
from tests.standin.pages.visits import Visit
from tests.standin.rest.filters import Columns, chosen

SHOWN = 50
_RANGE = {"double", "integer"}


def show_deal_list(visit: Visit, asked: Mapping[str, str]) -> Html:
    """The list as `visit` may see it, narrowed by what the form asked for."""
    fields = seen_fields(visit)
    deals = [each for each in visit.portal.deals.values() if not each.is_deleted]
    found = chosen(
        [deal for deal in deals if visit.may_read(deal)],
        _columns(fields),
        filters=_filters(fields, asked),
        order={"id": "desc"},
    )
    return fill(
        "deal_list",
        filters=join(_inputs(visit, field, asked) for field in fields if field.show_filter != "N"),
        deals=_table(visit, fields, found[:SHOWN]),
        data=data({"page": "list"}),
    )


def _columns(fields: list[UserField]) -> Columns:
    def reader(name: str) -> Any:
        return lambda item: item.values.get(name)

    return {"id": lambda item: item.id} | {field.name: reader(field.name) for field in fields}


def _filters(fields: list[UserField], asked: Mapping[str, str]) -> dict[str, Any]:
    """What the form asks for; an empty entry does not narrow."""
    filters: dict[str, Any] = {}
    for field in fields:
        for sign, suffix in ((">=", "_from"), ("<=", "_to"), ("=", "")):
            value = asked.get(f"{field.name}{suffix}", "")
            if value and field.show_filter != "N":
                filters[f"{sign}{field.name}"] = float(value) if sign != "=" else value
    return filters


def _inputs(visit: Visit, field: UserField, asked: Mapping[str, str]) -> Html:
    label = label_of(visit, field)
    if field.type in _RANGE:
        return join(
            tag(
                "label",
                f"{label}, {word}",
                Html(f'<input name="{name}" inputmode="decimal" value="{_plain(asked, name)}">'),
            )
            for word, name in (("from", f"{field.name}_from"), ("to", f"{field.name}_to"))
        )
    if field.type != "enumeration":
        return Html("")
    options = [("", "any"), *((str(each.id), each.value) for each in field.choices)]
    selected = asked.get(field.name, "")
    inner = join(
        tag("option", text, value=value, selected=value == selected) for value, text in options
    )
    return tag("label", label, tag("select", inner, name=field.name))


def _plain(asked: Mapping[str, str], name: str) -> str:
    return "".join(sign for sign in asked.get(name, "") if sign in "0123456789.-")


def _table(visit: Visit, fields: list[UserField], deals: list[Item]) -> Html:
    if not deals:
        return tag("p", "No deals.", class_="note")
    heads = join(
        tag("th", text, scope="col", class_=kind)
        for text, kind in [
            ("Deal", None),
            ("Stage", None),
            ("Amount", "number"),
            *((label_of(visit, each), _class(each)) for each in fields),
        ]
    )
    rows = join(
        tag(
            "tr",
            tag("td", tag("a", deal.title, href=path_of(deal))),
            tag("td", tag("span", deal.stage_name, class_="stage")),
            tag("td", money(deal.opportunity, deal.currency), class_="number"),
            *(tag("td", text_of(each, deal), class_=_class(each)) for each in fields),
        )
        for deal in deals
    )
    return tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows))


def _class(field: UserField) -> str | None:
    return "number" if field.type in _RANGE else None
