"""The deal's own fields as people read them on the pages, by the reader's role and language."""

from __future__ import annotations

from datetime import date

from tests.standin.crm.records import DEAL, Item
from tests.standin.crm.user_fields import UserField
from tests.standin.pages.visits import Visit


def seen_fields(visit: Visit) -> list[UserField]:
    """Those that the reader's role sees, in the order of their sort."""
    hidden = visit.portal.switches.hidden_fields.get(visit.user.role, [])
    fields = [each for each in visit.portal.user_fields.values() if each.name not in hidden]
    return sorted(fields, key=lambda field: (field.sort, field.id))


def label_of(visit: Visit, field: UserField) -> str:
    return field.label("LIST_COLUMN_LABEL", visit.lang)


def text_of(field: UserField, item: Item) -> str:
    """The value as a column shows it; nothing where it is empty."""
    value = item.values.get(field.name)
    if value is None:
        return ""
    if field.type == "enumeration":
        return next((each.value for each in field.choices if each.id == value), "")
    if field.type == "double":
        return f"{value:,.{int(field.settings.get('PRECISION') or 0)}f}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value)


def told_values(visit: Visit, item: Item) -> dict[str, str]:
    """What a card tells: label and value of each field that is not empty."""
    if item.entity_type_id != DEAL:
        return {}
    told = {label_of(visit, each): text_of(each, item) for each in seen_fields(visit)}
    return {label: text for label, text in told.items() if text}
