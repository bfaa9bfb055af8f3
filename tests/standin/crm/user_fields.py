"""The deal's own fields of a portal: what they are, what a written value becomes, how it is read.

The rules are those of the portal's source: a double without a precision keeps no decimals, a date
comes back with a technical time, a list keeps the number of its value and no text
(b24restdocs: api-reference/crm/deals/user-defined-fields/, crm/universal/crm-item-update.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.standin.rest.params import whole_number

PREFIX = "UF_CRM_"
LABELS = (
    "EDIT_FORM_LABEL",
    "LIST_COLUMN_LABEL",
    "LIST_FILTER_LABEL",
    "ERROR_MESSAGE",
    "HELP_MESSAGE",
)
# They have a filter of their own; the others are born without one, whatever was asked.
WITH_FILTER = {"string", "integer", "double", "date", "datetime", "boolean", "enumeration"}
TYPES = WITH_FILTER | {"money", "url"}
_MONEY = re.compile(r"-?\d+(\.\d+)?(\|[A-Z]{3})?")
KEPT = object()


@dataclass(slots=True)
class Choice:
    """One value of a list."""

    id: int
    value: str
    sort: int = 500
    is_default: bool = False
    xml_id: str = ""


@dataclass(slots=True, eq=False)
class UserField:
    """A field of deals; `labels` are texts by language, under the names of `LABELS`."""

    id: int
    name: str
    type: str
    xml_id: str = ""
    sort: int = 100
    is_multiple: bool = False
    is_mandatory: bool = False
    show_filter: str = "N"
    edit_in_list: str = "Y"
    settings: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)

    @property
    def camel(self) -> str:
        """The name in crm.item.*: plain camel case only for letters and underscores."""
        rest = self.name.removeprefix(PREFIX)
        if not re.search(r"\d", rest):
            return "ufCrm" + "".join(word.capitalize() for word in rest.split("_"))
        numbered = re.fullmatch(r"(\d+)_(\d+)", rest)
        return f"ufCrm{numbered[1]}_{numbered[2]}" if numbered else f"ufCrm_{rest}"

    def label(self, kind: str, lang: str) -> str:
        return self.labels.get(kind, {}).get(lang, "") or self.name

    def stored(self, written: Any) -> Any:
        """What a written value becomes; None is empty, KEPT leaves what is there."""
        if written in ("", None, False) and self.type != "boolean":
            return None
        if self.type == "double":
            return self._rounded(written)
        if self.type == "integer":
            return whole_number(written) or 0
        if self.type in ("date", "datetime"):
            return _day(written)
        if self.type == "enumeration":
            number = whole_number(written)
            return number if number in {choice.id for choice in self.choices} else 0
        if self.type == "money":
            return str(written) if _MONEY.fullmatch(str(written)) else None
        if self.type == "boolean":
            return written in ("Y", "1", 1, True)
        return str(written)

    def shown(self, value: Any, *, as_text: bool = False) -> Any:
        """What crm.item.* answers; `as_text`: the numbers of lists come as texts."""
        if self.type == "boolean":
            return "Y" if value else "N"
        if value is None:
            return None
        if self.type in ("date", "datetime"):
            return f"{value.isoformat()}T03:00:00+03:00"
        if self.type == "enumeration" and as_text:
            return str(value)
        if self.type == "double":
            return int(value) if value == int(value) else value
        return value

    def _rounded(self, written: Any) -> float | None:
        try:
            return round(float(written), int(self.settings.get("PRECISION") or 0))
        except (TypeError, ValueError):
            return None


def _day(written: Any) -> date | object:
    """The day of a date in one of the forms that are understood; else nothing happens."""
    text = str(written)
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    try:
        return datetime.strptime(text[:10], "%d.%m.%Y").date()
    except ValueError:
        return KEPT
