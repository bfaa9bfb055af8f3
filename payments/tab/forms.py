"""What the page sends back, checked for form; what it means is for the portal to judge."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django import forms

from b24app.protocol.languages import ISO_CODES
from payments.billing.quantities import read_quantity
from payments.commands.terms import NothingChosen, TooManyProducts
from payments.limits import LARGEST_ID, MOST_PRODUCTS, NAME_LENGTH
from payments.sending.channels import Channel

IDS = re.compile(r"\A[0-9]{1,19}(?:,[0-9]{1,19})*\Z", re.ASCII)
ROW_FIELD = re.compile(r"row_([1-9][0-9]{0,18})")


class AddForm(forms.Form):
    """Create payment or Add payment."""

    key = forms.UUIDField()
    seen = forms.CharField(max_length=300)
    pay_system = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    terms = forms.CharField(required=False, max_length=200_000)
    saves_rows = forms.BooleanField(required=False)


class ChoiceForm(forms.Form):
    """Which of several new payments is the one of this attempt; nothing chosen means none.

    `shown` are those among which the page let the person choose.
    """

    payment = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    shown = forms.RegexField(IDS, required=False, max_length=100_000)

    def clean_shown(self) -> frozenset[int]:
        return frozenset(map(int, filter(None, self.cleaned_data["shown"].split(","))))


class PaySystemForm(forms.Form):
    """Another way to pay for a payment that is there."""

    pay_system = forms.IntegerField(min_value=1, max_value=LARGEST_ID)


class SendForm(forms.Form):
    """What the menu of a link is to show; whatever cannot be read is as if it had not been sent."""

    language = forms.ChoiceField(required=False, choices=[(c, c) for c in ISO_CODES.values()])
    clients = forms.BooleanField(required=False)
    other = forms.CharField(required=False, max_length=NAME_LENGTH)
    invitation = forms.CharField(required=False, max_length=10_000)


class SentForm(SendForm):
    """By what a link was sent."""

    channel = forms.ChoiceField(choices=[(each, each) for each in Channel])


def read_quantities(form: Mapping[str, str]) -> dict[int, int]:
    """The quantities above zero in fields `row_<id>`, by row.

    A form without such fields asks for an empty payment. Raises QuantityInvalid, TooManyProducts,
    NothingChosen.
    """
    typed = {
        int(match[1]): read_quantity(value)
        for name, value in form.items()
        if (match := ROW_FIELD.fullmatch(name))
    }
    quantities = {row_id: quantity for row_id, quantity in typed.items() if quantity}
    if len(quantities) > MOST_PRODUCTS:
        raise TooManyProducts
    if typed and not quantities:
        raise NothingChosen
    return quantities


def read_typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed into a form with rows, by field and as it came, to be shown again."""
    rows = {name: value[:20] for name, value in form.items() if ROW_FIELD.fullmatch(name)}
    others = {name: form.get(name, "")[:20] for name in ("pay_system", "saves_rows")}
    return {**others, **rows} if rows else {}
