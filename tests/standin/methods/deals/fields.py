"""crm.deal.userfield.*: the deal's own fields, made and changed by whoever may change the CRM.

b24restdocs: api-reference/crm/deals/user-defined-fields/. Errors of the classic kind: their code
is empty, or ERROR_CORE with a text in the portal's language.
"""

from __future__ import annotations

import re
from typing import Any

from tests.standin.crm.user_fields import LABELS, PREFIX, TYPES, WITH_FILTER, Choice, UserField
from tests.standin.methods.base import Invocation, Method, Page, reads_deals
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import Params, entries, whole_number


def add(inv: Invocation) -> int:
    """The new field's id."""
    _require_crm_admin(inv)
    fields = _upper(inv.classic().get("FIELDS"))
    lacking = [key for key in ("FIELD_NAME", "USER_TYPE_ID") if not fields.get(key)]
    if lacking:
        raise RestError("", "\n".join(f"The '{key}' field is not found." for key in lacking))
    name, kind = str(fields["FIELD_NAME"]).upper(), str(fields["USER_TYPE_ID"])
    name = name if name.startswith(PREFIX) else f"{PREFIX}{name.removeprefix('UF_')}"
    known = inv.portal.user_fields.values()
    if any(field.name == name for field in known):
        raise inv.error("field_exists", code="ERROR_CORE", name=name)
    if len(name) > inv.portal.switches.field_name_length:
        raise inv.error("field_too_long", code="ERROR_CORE", name=name)
    if not re.fullmatch(r"[A-Z0-9_]+", name) or kind not in TYPES:
        raise inv.error("field_wrong", code="ERROR_CORE", name=name)
    if len(known) >= inv.portal.switches.most_fields:
        raise RestError("INTERNAL_SERVER_ERROR", "Internal server error", 500)
    field = UserField(id=inv.portal.next_id("user_field", 6997), name=name, type=kind)
    _write(inv, field, fields, is_new=True)
    if kind not in WITH_FILTER:
        field.show_filter = "N"
    inv.portal.user_fields[field.id] = field
    return field.id


def get(inv: Invocation) -> dict[str, Any]:
    _require_reader(inv)
    return _shown(_found(inv), lang="")


def list_(inv: Invocation) -> Page:
    """All that match, without pages; the labels only where the filter names a language."""
    _require_reader(inv)
    asked = inv.classic()
    wanted = _upper(asked.get("FILTER"))
    lang = str(wanted.pop("LANG", ""))
    found = [_shown(field, lang=lang) for field in inv.portal.user_fields.values()]
    found = [
        each
        for each in found
        if all(key not in each or str(each[key]) == str(value) for key, value in wanted.items())
    ]
    return Page(found, total=len(found))


def update(inv: Invocation) -> bool:
    """What is absent stays; values of a list are kept or changed by their id."""
    _require_crm_admin(inv)
    _write(inv, _found(inv), _upper(inv.classic().get("FIELDS")), is_new=False)
    return True


def delete(inv: Invocation) -> bool:
    """The values of all deals are gone with it."""
    _require_crm_admin(inv)
    field = _found(inv)
    del inv.portal.user_fields[field.id]
    for deal in inv.portal.deals.values():
        deal.values.pop(field.name, None)
    return True


def _write(inv: Invocation, field: UserField, given: Params, *, is_new: bool) -> None:
    field.xml_id = str(given.get("XML_ID", field.xml_id))
    field.sort = whole_number(given.get("SORT")) or field.sort
    field.settings = dict(entries(given["SETTINGS"])) if "SETTINGS" in given else field.settings
    field.is_multiple = given.get("MULTIPLE", "Y" if field.is_multiple else "N") == "Y"
    field.is_mandatory = given.get("MANDATORY", "Y" if field.is_mandatory else "N") == "Y"
    field.edit_in_list = str(given.get("EDIT_IN_LIST", field.edit_in_list))
    if "SHOW_FILTER" in given:
        field.show_filter = "E" if given["SHOW_FILTER"] in ("Y", "E") else "N"
    languages = inv.portal.switches.installed_languages
    for kind in LABELS:
        if kind in given:
            field.labels[kind] = _texts(given, kind, languages, fallback=is_new)
        elif is_new and "LABEL" in given:
            field.labels[kind] = dict.fromkeys(languages, str(given["LABEL"]))
    if "LIST" in given:
        _write_choices(inv, field, [_upper(line) for _, line in entries(given["LIST"])])


def _texts(given: Params, kind: str, languages: list[str], *, fallback: bool) -> dict[str, str]:
    """A text for each installed language; one that is missing gets LABEL, or nothing later on."""
    if not isinstance(given[kind], dict):
        return dict.fromkeys(languages, str(given[kind]))
    rest = str(given.get("LABEL", "")) if fallback else ""
    return {lang: str(given[kind].get(lang, rest)) for lang in languages}


def _write_choices(inv: Invocation, field: UserField, lines: list[Params]) -> None:
    names = [str(line["XML_ID"]) for line in lines if line.get("XML_ID")]
    if len(names) != len(set(names)):
        raise inv.error("field_wrong", code="ERROR_CORE", name=field.name)
    known = {choice.id: choice for choice in field.choices}
    for line in lines:
        choice = known.get(whole_number(line.get("ID")) or 0)
        if choice is None:
            choice = Choice(inv.portal.next_id("choice", 45), "")
            field.choices.append(choice)
        elif line.get("DEL") == "Y":
            field.choices.remove(choice)
        choice.value = str(line.get("VALUE", choice.value))
        choice.sort = whole_number(line.get("SORT")) or choice.sort
        choice.is_default = line.get("DEF", "Y" if choice.is_default else "N") == "Y"
        choice.xml_id = str(line.get("XML_ID", choice.xml_id))


def _shown(field: UserField, *, lang: str) -> dict[str, Any]:
    """Everything as texts."""
    shown: dict[str, Any] = {
        "ID": str(field.id),
        "ENTITY_ID": "CRM_DEAL",
        "FIELD_NAME": field.name,
        "USER_TYPE_ID": field.type,
        "XML_ID": field.xml_id or None,
        "SORT": str(field.sort),
        "MULTIPLE": "Y" if field.is_multiple else "N",
        "MANDATORY": "Y" if field.is_mandatory else "N",
        "SHOW_FILTER": field.show_filter,
        "SHOW_IN_LIST": "Y",
        "EDIT_IN_LIST": field.edit_in_list,
        "IS_SEARCHABLE": "N",
        "SETTINGS": field.settings,
    }
    if field.type == "enumeration":
        shown["LIST"] = [
            {
                "ID": str(choice.id),
                "SORT": str(choice.sort),
                "VALUE": choice.value,
                "DEF": "Y" if choice.is_default else "N",
                "XML_ID": choice.xml_id,
            }
            for choice in sorted(field.choices, key=lambda choice: (choice.sort, choice.id))
        ]
    if lang:
        shown |= {kind: field.labels.get(kind, {}).get(lang, "") for kind in LABELS}
    return shown


def _found(inv: Invocation) -> UserField:
    field_id = whole_number(inv.classic().get("ID")) or 0
    if field_id <= 0:
        raise RestError("", "ID is not defined or invalid.")
    if field_id not in inv.portal.user_fields:
        raise RestError("ERROR_NOT_FOUND", "The entity with ID is not found.")
    return inv.portal.user_fields[field_id]


def _require_reader(inv: Invocation) -> None:
    if not reads_deals(inv):
        raise RestError("", "Access denied.")


def _require_crm_admin(inv: Invocation) -> None:
    """The portal's administrator is one, unless the switch says that the roles say no."""
    is_admin = inv.user.is_admin and inv.portal.switches.admins_run_crm
    if not (is_admin or inv.user.role == "crm_admin"):
        raise RestError("", "Access denied.")


def _upper(value: Any) -> Params:
    return {str(key).upper(): inner for key, inner in entries(value)}


METHODS = {
    "crm.deal.userfield.add": Method(add, ("crm",)),
    "crm.deal.userfield.get": Method(get, ("crm",)),
    "crm.deal.userfield.list": Method(list_, ("crm",)),
    "crm.deal.userfield.update": Method(update, ("crm",)),
    "crm.deal.userfield.delete": Method(delete, ("crm",)),
}
