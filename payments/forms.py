"""What the page sends back, checked for form; what it means is for the portal to judge."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django import forms

from payments.models import Attempt
from payments.types import Portion, Wish

ROW_FIELD = re.compile(r"row_([1-9][0-9]{0,18})")
_QUANTITY = re.compile(r"[0-9]{1,9}")
_MOST_PORTIONS = 500


class AddForm(forms.Form):
    """One click on Create payment or Add payment."""

    key = forms.UUIDField()
    seen = forms.CharField(max_length=300)
    pay_system = forms.IntegerField(required=False, min_value=1)


class ChoiceForm(forms.Form):
    """Which of several new payments is the one of this click; nothing chosen means none."""

    payment = forms.IntegerField(required=False, min_value=1)


class PaySystemForm(forms.Form):
    """Another way to pay for a payment that is there."""

    pay_system = forms.IntegerField(min_value=1)


class FilterForm(forms.Form):
    """Which clicks the journal shows."""

    user = forms.IntegerField(required=False, min_value=1)
    state = forms.ChoiceField(required=False, choices=[("", ""), *Attempt.State.choices])
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    page = forms.IntegerField(required=False, min_value=1)


class QuantityInvalid(ValueError):
    """A quantity is not a whole number, or there are too many rows."""


class NothingChosen(ValueError):
    """Rows were offered, and the quantity of every one is zero."""


def read_portions(form: Mapping[str, str]) -> tuple[Portion, ...]:
    """The portions in fields `row_<id>`; rows left at zero are out.

    A form without such fields asks for an empty payment. Raises QuantityInvalid, NothingChosen.
    """
    quantities = {
        int(match[1]): value.strip()
        for name, value in form.items()
        if (match := ROW_FIELD.fullmatch(name))
    }
    if len(quantities) > _MOST_PORTIONS:
        raise QuantityInvalid
    if any(value and not _QUANTITY.fullmatch(value) for value in quantities.values()):
        raise QuantityInvalid
    portions = tuple(
        Portion(row_id, int(value)) for row_id, value in quantities.items() if int(value or 0)
    )
    if quantities and not portions:
        raise NothingChosen
    return portions


def read_typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed into a form with rows, by field and as it came, to be shown again."""
    rows = {name: value[:20] for name, value in form.items() if ROW_FIELD.fullmatch(name)}
    return {"pay_system": form.get("pay_system", "")[:20], **rows} if rows else {}


def read_wish(form: Mapping[str, str], *, pay_system_id: int | None) -> Wish:
    """The whole wish of a form; raises like `read_portions`."""
    return Wish(read_portions(form), pay_system_id)
