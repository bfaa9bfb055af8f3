"""The bearer of a frame: read by us alone, for half a day."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import time_machine
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from b24app.frame.session import (
    LIFE_SECONDS,
    SKEW_SECONDS,
    FrameSession,
    SessionExpired,
    SessionInvalid,
    read_session,
    sign_session,
)

OPENED = 1_760_000_000
SESSION = FrameSession(
    portal_id=5,
    epoch=2,
    user_id=7,
    placement="CRM_DEAL_DETAIL_TAB",
    entity_type=2,
    entity_id=101,
    language="de",
    opened_at=OPENED,
)
SALT = "b24app.frame_session"


@given(
    st.builds(
        FrameSession,
        portal_id=st.integers(1, 2**63 - 1),
        epoch=st.integers(1, 2**31),
        user_id=st.integers(1, 2**63 - 1),
        placement=st.from_regex(r"\A[A-Z0-9_]{1,100}\Z"),
        entity_type=st.sampled_from([0, 2, 31]),
        entity_id=st.integers(0, 2**63 - 1),
        language=st.sampled_from(["en", "de", "pt-br"]),
        opened_at=st.integers(int(time.time()) - 100, int(time.time())),
    )
)
def test_a_bearer_says_what_was_signed(session: FrameSession) -> None:
    assert read_session(sign_session(session)) == session


@pytest.mark.parametrize("uses", [0, 50])
def test_a_bearer_is_over_half_a_day_after_the_frame_was_opened(uses: int) -> None:
    """However often it was used and signed anew on the way."""
    with time_machine.travel(OPENED, tick=False) as clock:
        bearer = sign_session(SESSION)
        for _ in range(uses):
            clock.shift(LIFE_SECONDS // uses)
            bearer = sign_session(read_session(bearer))
        clock.move_to(OPENED + LIFE_SECONDS)
        assert read_session(bearer) == SESSION
        clock.shift(1)
        with pytest.raises(SessionExpired) as expired:
            read_session(bearer)
        assert expired.value.language == "de"


def test_a_bearer_of_the_future_is_none() -> None:
    """Signed by a server whose clock was wrong; a little ahead is how clocks are."""
    with time_machine.travel(OPENED, tick=False) as clock:
        bearer = sign_session(replace(SESSION, opened_at=OPENED + SKEW_SECONDS))
        assert read_session(bearer).opened_at == OPENED + SKEW_SECONDS
        clock.shift(-1)
        with pytest.raises(SessionInvalid):
            read_session(bearer)


@given(st.data())
def test_no_edited_bearer_is_read(data: st.DataObject) -> None:
    with time_machine.travel(OPENED, tick=False):
        bearer = sign_session(SESSION)
        position = data.draw(st.integers(0, len(bearer) - 1))
        letter = data.draw(st.characters(codec="latin-1").filter(lambda c: c != bearer[position]))
        edited = bearer[:position] + letter + bearer[position + 1 :]
        with pytest.raises(SessionInvalid):
            read_session(edited)


@given(st.text(max_size=200))
def test_no_other_text_is_a_bearer(text: str) -> None:
    with pytest.raises(SessionInvalid):
        read_session(text)


@pytest.mark.parametrize(
    "bearer",
    [
        signing.dumps([5, 2, 7, "X", 2, 101, "de", OPENED], salt="payments.watermark"),
        signing.dumps([5, 2, 7, "X", 2, 101, "de", OPENED]),
        signing.dumps([5, 2, 7, "X", 2, 101, "de", OPENED], key="another-key", salt=SALT),
        signing.dumps([5, 2, 7], salt=SALT),
        signing.dumps([5, 2, 7, "X", 2, 101, "de", OPENED, "", 1], salt=SALT),
        signing.dumps(None, salt=SALT),
        signing.Signer(salt=SALT).sign("5"),
    ],
    ids=["salt", "no salt", "key", "short", "long", "nothing", "no time"],
)
def test_what_was_signed_for_something_else_is_not_a_bearer(bearer: str) -> None:
    with pytest.raises(SessionInvalid):
        read_session(bearer)


def test_two_frames_never_share_a_bearer() -> None:
    others = [
        replace(SESSION, portal_id=6),
        replace(SESSION, epoch=3),
        replace(SESSION, user_id=8),
        replace(SESSION, entity_id=102),
    ]
    assert len({sign_session(session) for session in [SESSION, *others]}) == 5
