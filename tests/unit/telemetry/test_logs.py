"""Logs: whatever is written, and by whomever, no secret gets through."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextvars import Context, copy_context
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from b24app.rest.errors import GrantDead
from b24app.telemetry.logs import PORTAL, REQUEST_ID, RedactingFormatter, redact
from b24app.tokens import server as oauth
from tests.standin.client import StandIn
from tests.standin.portal import StandInPortal

ACCESS = "a1b2c3d4" * 8 + "fake00"
REFRESH = "0f1e2d3c" * 8 + "fake11"
CODE = "fakecode7"
CONFIGURED = 'fake "client" \\secret ключ'
NAMES = [
    *("access_token", "application_token", "auth", "auth_id", "client_secret", "code"),
    *("refresh_id", "refresh_token"),
]
FORM = {"auth": {"access_token": ACCESS, "application_token": CODE}, "member_id": "0" * 32}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What every logger of the process writes through our formatter, at its most talkative."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(
        RedactingFormatter("%(levelname)s %(name)s %(message)s", secrets=[CONFIGURED, ""])
    )
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in root.manager.loggerDict)]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


SHAPES: dict[str, str] = {
    "bare": ACCESS,
    "sentence": f"token {ACCESS}, then {REFRESH}.",
    "mapping": str({"access_token": ACCESS, "refresh_token": REFRESH, "code": CODE}),
    "json": json.dumps({"auth": ACCESS, "code": CODE, "application_token": CODE}),
    "query": "GET /?" + urlencode({"code": CODE, "state": "x", "client_secret": CODE}),
    "form": urlencode({"AUTH_ID": CODE, "REFRESH_ID": REFRESH, "auth": ACCESS}),
    "brackets": f"auth[access_token]={CODE}&auth[application_token]={CODE}",
    "encoded brackets": urlencode({"auth[access_token]": CODE}),
    "header": f"Authorization: Bearer {ACCESS}",
    "address": f"https://acme.bitrix24.com/rest/profile?auth={CODE}",
    "nested": str(FORM),
    "spaced": f"access_token = '{CODE}'",
    "configured": f"secret={CONFIGURED}.",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("way", ["message", "argument", "extra", "exception"])
def test_a_secret_of_any_shape_is_masked(written: io.StringIO, shape: str, way: str) -> None:
    log = logging.getLogger("b24app.example")
    if way == "message":
        log.info(shape)
    elif way == "argument":
        log.info("seen: %s", shape)
    elif way == "extra":
        log.info("seen", extra={"detail": shape})
    else:
        try:
            raise ValueError(shape)
        except ValueError:
            log.exception("failed")
    line = written.getvalue()
    assert "example" in line
    for secret in (ACCESS, REFRESH, CODE, CONFIGURED, json.dumps(CONFIGURED)[1:-1]):
        assert secret not in line


class _Asked:
    """Something that a library logs as it is, with a secret in its name."""

    def __repr__(self) -> str:
        return f"<Request '/?code={CODE}&auth={ACCESS}'>"


def test_a_thing_that_is_no_text_is_masked_too(written: io.StringIO) -> None:
    asked = _Asked()
    log = logging.getLogger("b24app.example")
    log.info("asked: %s", asked, extra={"request": asked, "auth": CODE, "all": [asked, REFRESH]})
    line = written.getvalue()
    assert "asked" in line
    assert not [secret for secret in (ACCESS, REFRESH, CODE) if secret in line]


def test_what_is_written_stays_one_json_object_a_line(written: io.StringIO) -> None:
    logging.getLogger("b24app.example").info('a "quoted"\nline %s', SHAPES["json"])
    (line,) = written.getvalue().splitlines()
    assert json.loads(line)["levelname"] == "INFO"


def test_what_people_need_stays_readable() -> None:
    for text in (
        "request failed: token_expired error='expired_token' status=401",
        "launch malformed: PLACEMENT_OPTIONS",
        "/placements/deal/ crm.item.payment.add b24app.rest.transport",
        'File "b24app/management/commands/resolve_attempts.py", line 17',
        'File "/srv/app/.venv/lib/python3.11/site-packages/django/db/models/query.py", line 9',
        "error 200640400001 at 2026-01-12T09:30:00",
        "request failed: batch_forbidden error='ERROR_BATCH_METHOD_NOT_ALLOWED' status=None",
        "attempt 0f8fad5b-d9cb-469f-a165-70867728950e is added",
    ):
        assert redact(text) == text


def test_every_line_names_the_request_and_the_portal(written: io.StringIO) -> None:
    log = logging.getLogger("b24app.example")
    of_request = copy_context()
    of_request.run(REQUEST_ID.set, "1f0c5d27a9be")
    of_request.run(PORTAL.set, 12)
    of_request.run(log.info, "seen")
    Context().run(log.info, "outside of any request")
    inside, outside = map(json.loads, written.getvalue().splitlines())
    assert (inside["request_id"], inside["portal"]) == ("1f0c5d27a9be", 12)
    assert (outside["request_id"], outside["portal"]) == ("-", None)


@given(st.text("0123456789abcdef", min_size=32, max_size=80), st.text(max_size=20))
def test_a_token_is_masked_wherever_it_stands(token: str, around: str) -> None:
    assert token not in redact(f"{around} {token} {around}")


@given(st.data(), st.sampled_from(NAMES))
def test_a_named_secret_is_masked_however_its_name_is_written(
    data: st.DataObject, name: str
) -> None:
    """Also with letters that count as the same as s and k: the long s and the sign of Kelvin."""
    alike = {"s": "\u017f", "k": "\u212a"}
    letters = [st.sampled_from([each, each.upper(), alike.get(each, each)]) for each in name]
    written = "".join(data.draw(st.tuples(*letters)))
    assert redact(f"{written}={CODE}") == f"{written}=…"


@pytest.mark.parametrize("by_get", [False, True])
def test_a_refresh_leaves_no_secret_in_the_most_talkative_log(
    standin: StandIn, settings: LazySettings, written: io.StringIO, by_get: bool
) -> None:
    settings.B24_OAUTH_SERVERS = [standin.oauth_origin]
    settings.B24_TOKEN_REQUESTS_BY_GET = by_get
    portal = StandInPortal(standin, standin.create_portal(installed=True))
    refresh_token = portal.launch().fields["REFRESH_ID"]
    renewed = oauth.refresh(standin.oauth_origin, refresh_token)
    owner = oauth.ask_owner(standin.oauth_origin, renewed.access)
    assert (renewed.member_id, owner.user_id) == (portal.member_id, 7)
    with pytest.raises(GrantDead):
        oauth.refresh(standin.oauth_origin, refresh_token)
    lines = written.getvalue()
    assert {"urllib3", "requests_oauthlib"} <= {
        json.loads(line)["name"].partition(".")[0] for line in lines.splitlines()
    }
    assert not [secret for secret in standin.secrets() if secret in lines]
