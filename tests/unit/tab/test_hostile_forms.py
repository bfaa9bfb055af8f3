"""Forms that no honest browser or queue sends: each is read as what it is, or refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from b24app.protocol.events import EventMalformed, PortalEvent, parse_event
from payments.billing.quantities import QuantityInvalid
from payments.commands.terms import NothingChosen, TooManyProducts
from payments.journal.pages import FilterForm
from payments.tab.forms import (
    AddForm,
    ChoiceForm,
    PaySystemForm,
    read_quantities,
)
from tests.support.answers.hostile import ODD_TEXT

FIELDS = ["key", "seen", "pay_system", "payment", "user", "state", "since", "until", "page"]
EVENT = {
    "event": "ONAPPUNINSTALL",
    "auth[member_id]": "a" * 32,
    "auth[application_token]": "fake0application0token",
    "auth[access_token]": "",
}


@given(st.dictionaries(st.sampled_from([*EVENT, "data[CLEAN]", "ts"]), ODD_TEXT))
@example({"event": "ONAPPUNINSTALL\n"})
@example({"auth[member_id]": "A" * 32})
@example({"auth[member_id]": "\uff10" * 32})
def test_any_event_is_well_formed_or_refused(changes: dict[str, str]) -> None:
    try:
        event = parse_event({**EVENT, **changes})
    except EventMalformed:
        return
    assert isinstance(event, PortalEvent)
    assert event.member_id.isascii()
    assert len(event.member_id) == 32
    assert event.name.isascii()
    assert "fake" not in repr(event)


@given(st.dictionaries(st.sampled_from(FIELDS), ODD_TEXT))
@example({"user": "9" * 3000, "page": "-1", "since": "0000-00-00", "state": "\x00"})
@example({"key": "{" * 36, "pay_system": "1e9", "payment": "\u0661"})
def test_any_form_is_valid_or_says_why(data: dict[str, str]) -> None:
    for kind in (AddForm, ChoiceForm, PaySystemForm, FilterForm):
        form = kind(data)
        assert form.is_valid() or form.errors
        assert all("\x00" not in str(value) for value in form.cleaned_data.values())


@given(st.dictionaries(st.from_regex(r"row_[0-9]{0,20}", fullmatch=True) | ODD_TEXT, ODD_TEXT))
@example({"row_9223372036854775808": "1"})
@example({"row_1": "\u0661"})
@example({"row_1": "1" * 5000})
def test_any_rows_are_quantities_or_refused(form: dict[str, str]) -> None:
    try:
        quantities = read_quantities(form)
    except (QuantityInvalid, NothingChosen):
        return
    assert all(0 < quantity < 10**9 and row > 0 for row, quantity in quantities.items())


def test_more_rows_than_a_card_can_have_are_refused() -> None:
    with pytest.raises(TooManyProducts):
        read_quantities({f"row_{number}": "1" for number in range(1, 502)})
