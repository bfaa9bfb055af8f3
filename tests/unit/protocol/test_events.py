"""The shape of an event: what is taken from a form, and when two are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.protocol.events import EventMalformed, PortalEvent, parse_event

FORM = {
    "event": "OnAppUninstall",
    "ts": "1700000000",
    "data[CLEAN]": "1",
    "data[LANGUAGE_ID]": "de",
    "data[FIELDS][ID]": "5",
    "auth[member_id]": "0123456789abcdef" * 2,
    "auth[server_endpoint]": "https://oauth.bitrix.info/rest/",
    "auth[application_token]": "fake-application-token",
}
EVENT = parse_event(FORM)


def test_a_form_becomes_an_event() -> None:
    assert (EVENT.name, EVENT.ts, EVENT.is_clean) == ("ONAPPUNINSTALL", 1_700_000_000, True)
    assert EVENT.data == {"CLEAN": "1"}
    assert EVENT.oauth_server == "https://oauth.bitrix.info"
    assert (EVENT.access_token, EVENT.refresh_token) == ("", "")


def test_no_secret_is_in_what_is_printed() -> None:
    assert "fake-application-token" not in repr(EVENT)


def test_a_kept_event_is_the_same_event() -> None:
    assert PortalEvent.from_text(EVENT.to_text()) == EVENT


def test_the_digest_is_the_contents() -> None:
    again = parse_event({**dict(reversed(FORM.items())), "event_handler_id": "9"})
    assert again.digest == EVENT.digest
    others = [
        replace(EVENT, ts=EVENT.ts + 1),
        replace(EVENT, data={"CLEAN": "0"}),
        replace(EVENT, name="ONAPPUPDATE"),
        replace(EVENT, member_id="f" * 32),
        replace(EVENT, application_token="fake-other-token"),
    ]
    assert len({EVENT.digest, *(other.digest for other in others)}) == 6


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("event", ""),
        ("ts", "tomorrow"),
        ("ts", "1e9"),
        ("auth[member_id]", "0" * 31),
        ("auth[server_endpoint]", "javascript:alert(1)"),
        ("auth[application_token]", "with space"),
        ("auth[refresh_token]", "x" * 513),
        ("data[VERSION]", "9" * 101),
        ("data[VERSION]", "a\nb"),
    ],
)
def test_a_field_that_cannot_be_true_spoils_the_event(key: str, value: str) -> None:
    with pytest.raises(EventMalformed):
        parse_event({**FORM, key: value})


@given(st.dictionaries(st.sampled_from(sorted(FORM)), st.text(max_size=40)))
def test_whatever_is_posted_is_an_event_or_is_refused(changes: dict[str, str]) -> None:
    try:
        event = parse_event({**FORM, **changes})
    except EventMalformed:
        return
    assert PortalEvent.from_text(event.to_text()) == event
