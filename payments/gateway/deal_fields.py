"""The deal's own fields for its figures: their making, what they hold, and what is written.

Numbers are of the type double with a precision of 2: money does not compare as a number and is born
without a filter, and a double without a precision loses its cents. Names have letters alone, so
that they are plain camel case in crm.item.* (b24restdocs: crm/deals/user-defined-fields/,
crm/universal/crm-item-update.md; Bitrix24's modules: main/lib/userfield/types/doubletype.php,
crm/lib/Service/Converter.php).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from b24app.rest.client import Command
from b24app.rest.errors import UnreadableAnswer
from b24app.rest.responses import as_list
from payments.parsing import amount, identifier, read
from payments.types import DEAL, Figure, Figures, Settled

NAMES = {
    Figure.PAID: "UF_CRM_DP_PAID",
    Figure.LEFT: "UF_CRM_DP_LEFT",
    Figure.LAST: "UF_CRM_DP_LAST",
    Figure.STATE: "UF_CRM_DP_STATE",
}
TYPES = {
    Figure.PAID: "double",
    Figure.LEFT: "double",
    Figure.LAST: "date",
    Figure.STATE: "enumeration",
}
_KEYS = {
    Figure.PAID: "ufCrmDpPaid",
    Figure.LEFT: "ufCrmDpLeft",
    Figure.LAST: "ufCrmDpLast",
    Figure.STATE: "ufCrmDpState",
}
_PRECISION = 2
_CENT = Decimal("0.01")
_UNREADABLE = "?"
_LIST, _ADD = "crm.deal.userfield.list", "crm.deal.userfield.add"
_UPDATE = "crm.deal.userfield.update"
_FIRST_SORT = 700
_LABELS = ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL")


@dataclass(frozen=True)
class DealField:
    """A field as the portal describes it; `choices` are the ids of a list's values by their key."""

    id: int
    name: str
    type: str
    is_multiple: bool
    has_filter: bool
    precision: int
    choices: Mapping[str, int]


def list_command() -> Command:
    """All fields of deals in one answer; whoever reads deals may ask."""
    return Command(_LIST)


def add_command(
    figure: Figure, *, labels: Mapping[str, str], choices: Mapping[Settled, str]
) -> Command:
    """Makes one field; `labels` by the portal's languages, which keeps those it has installed."""
    fields = {
        "FIELD_NAME": NAMES[figure],
        "USER_TYPE_ID": TYPES[figure],
        "XML_ID": f"dp_{figure}",
        "SORT": _FIRST_SORT + 10 * list(Figure).index(figure),
        "MULTIPLE": "N",
        "MANDATORY": "N",
        "SHOW_IN_LIST": "Y",
        "EDIT_IN_LIST": "N",
        "LABEL": labels["en"],
        **{kind: dict(labels) for kind in _LABELS},
        **_mending(figure, choices),
    }
    return Command(_ADD, {"fields": fields})


def mend_command(figure: Figure, found: DealField, choices: Mapping[Settled, str]) -> Command:
    """Puts right what a field must have: a filter, two decimals, all values of its list."""
    lacking = {key: text for key, text in choices.items() if key not in found.choices}
    return Command(_UPDATE, {"id": found.id, "fields": _mending(figure, lacking)})


def is_sound(figure: Figure, found: DealField) -> bool:
    """Whether the field can be filtered by, and keeps what is written into it."""
    if figure is Figure.STATE and not set(Settled) <= found.choices.keys():
        return False
    has_places = TYPES[figure] != "double" or found.precision >= _PRECISION
    return found.has_filter and has_places


def read_fields(result: Any) -> dict[str, DealField]:
    """The fields of an answer by their names; raises UnreadableAnswer."""
    rows = as_list(result, of="fields of deals")
    return read(lambda: {field.name: field for field in map(_field, rows)})


def read_shown(item: Mapping[str, Any]) -> dict[Figure, str]:
    """What the fields of an item hold, as texts that compare; one that is not told is left out."""
    return {figure: _comparable(figure, item[key]) for figure, key in _KEYS.items() if key in item}


def values_of(figures: Figures, choices: Mapping[str, int]) -> dict[Figure, str]:
    """The figures as texts that compare with what is shown, and can be written."""
    return {
        Figure.PAID: _in_cents(figures.paid),
        Figure.LEFT: _in_cents(figures.left),
        Figure.LAST: figures.last.isoformat() if figures.last else "",
        Figure.STATE: str(choices[figures.settled]),
    }


def write_command(deal_id: int, values: Mapping[Figure, str]) -> Command:
    """Writes fields of a deal; the whole item comes back, and so proves what was kept."""
    fields = {_KEYS[figure]: value for figure, value in values.items()}
    return Command("crm.item.update", {"entityTypeId": DEAL, "id": deal_id, "fields": fields})


def clear_command(deal_id: int, figures: list[Figure]) -> Command:
    """Empties fields by the older method, where the newer one leaves them as they are."""
    fields = {NAMES[figure]: "" for figure in figures}
    return Command("crm.deal.update", {"id": deal_id, "fields": fields})


def read_written(result: Any) -> dict[Figure, str]:
    """What the fields hold after a write; raises UnreadableAnswer."""
    return read(lambda: read_shown(dict(result["item"])))


def _mending(figure: Figure, choices: Mapping[Settled, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"SHOW_FILTER": "Y"}
    if TYPES[figure] == "double":
        fields["SETTINGS"] = {"PRECISION": _PRECISION}
    if figure is Figure.STATE and choices:
        order = list(Settled)
        fields["LIST"] = [
            {"VALUE": text, "XML_ID": str(key), "SORT": 10 * (order.index(key) + 1)}
            for key, text in choices.items()
        ]
    return fields


def _field(row: Mapping[str, Any]) -> DealField:
    settings = row.get("SETTINGS")
    precision = settings.get("PRECISION") if isinstance(settings, dict) else None
    choices = row.get("LIST") or []
    return DealField(
        id=identifier(row["ID"]),
        name=str(row["FIELD_NAME"]),
        type=str(row["USER_TYPE_ID"]),
        is_multiple=row.get("MULTIPLE") == "Y",
        has_filter=row.get("SHOW_FILTER") not in (None, "", "N"),
        precision=int(precision or 0),
        choices={
            str(each["XML_ID"]): identifier(each["ID"])
            for each in as_list(choices, of="values")
            if each.get("XML_ID")
        },
    )


def _comparable(figure: Figure, value: Any) -> str:
    if value is None or value is False or value == "":
        return ""
    if figure is Figure.STATE and str(value) == "0":
        return ""
    try:
        if TYPES[figure] == "double":
            return _in_cents(amount(value))
        return str(identifier(value)) if figure is Figure.STATE else str(value)[:10]
    except (ArithmeticError, TypeError, ValueError, UnreadableAnswer):
        return _UNREADABLE


def _in_cents(number: Decimal) -> str:
    return str(number.quantize(_CENT, ROUND_HALF_UP))
