"""The shape of a frame POST: what a browser may say, and what is refused before any question."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.protocol.launch import Launch, LaunchMalformed, is_token, parse_launch

QUERY = {"DOMAIN": "acme.bitrix24.com", "PROTOCOL": "1", "LANG": "de", "APP_SID": "fake"}
FORM = {
    "AUTH_ID": "fakeaccesstoken0123456789",
    "AUTH_EXPIRES": "3600",
    "REFRESH_ID": "fakerefreshtoken0123456789",
    "member_id": "0123456789abcdef0123456789abcdef",
    "status": "L",
    "PLACEMENT": "CRM_DEAL_DETAIL_TAB",
    "PLACEMENT_OPTIONS": '{"ID":"101"}',
    "SERVER_ENDPOINT": "https://oauth.bitrix.info/rest/",
    "APPLICATION_TOKEN": "fakeapplicationtoken01234567",
}


def parse(query: dict[str, str] | None = None, **form: str) -> Launch:
    return parse_launch(QUERY if query is None else query, {**FORM, **form})


def test_a_launch_says_who_where_and_in_which_language() -> None:
    assert parse() == Launch(
        member_id=FORM["member_id"],
        host="acme.bitrix24.com",
        access_token=FORM["AUTH_ID"],
        refresh_token=FORM["REFRESH_ID"],
        application_token=FORM["APPLICATION_TOKEN"],
        oauth_server="https://oauth.bitrix.info",
        placement="CRM_DEAL_DETAIL_TAB",
        options={"ID": "101"},
        language="de",
    )


def test_an_older_box_leaves_much_out() -> None:
    needed = {key: FORM[key] for key in ("AUTH_ID", "member_id")}
    launch = parse_launch({}, {**needed, "DOMAIN": "box.example.com:8443"})
    assert (launch.host, launch.placement, launch.language) == (
        "box.example.com:8443",
        "DEFAULT",
        "en",
    )
    assert (launch.oauth_server, launch.refresh_token, launch.application_token) == ("", "", "")


def test_a_launch_does_not_show_its_secrets() -> None:
    shown = repr(parse())
    assert not [
        name for name in ("AUTH_ID", "REFRESH_ID", "APPLICATION_TOKEN") if FORM[name] in shown
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("member_id", ""),
        ("member_id", "0" * 31),
        ("member_id", "0" * 33),
        ("member_id", "g" * 32),
        ("member_id", "A" * 32),
        ("member_id", "0" * 32 + "\n"),
        ("member_id", "' OR 1=1 --"),
        ("AUTH_ID", ""),
        ("AUTH_ID", "short"),
        ("AUTH_ID", "x" * 513),
        ("AUTH_ID", "fake token with spaces"),
        ("AUTH_ID", "faketoken\r\nX-Header: 1"),
        ("AUTH_ID", "faketöken0123456789"),
        ("AUTH_ID", "<script>alert(1)</script>"),
        ("REFRESH_ID", "undefined?"),
        ("APPLICATION_TOKEN", "short"),
        ("PLACEMENT", "lower_case"),
        ("PLACEMENT", "../admin"),
        ("PLACEMENT", "A" * 101),
        ("SERVER_ENDPOINT", "oauth.bitrix.info"),
        ("SERVER_ENDPOINT", "https://user@evil.example/"),
        ("SERVER_ENDPOINT", "https://oauth.bitrix.info/?next=evil"),
        ("SERVER_ENDPOINT", "https://oauth.bitrix.info\n/rest/"),
        ("SERVER_ENDPOINT", "file:///etc/passwd"),
        ("PLACEMENT_OPTIONS", " " * 20_001),
    ],
)
def test_a_malformed_field_is_named(name: str, value: str) -> None:
    with pytest.raises(LaunchMalformed) as malformed:
        parse_launch(QUERY, {**FORM, name: value})
    assert malformed.value.field == name


@pytest.mark.parametrize(
    "domain", ["", "localhost", "10.0.0.1", "https://acme.bitrix24.com", "a b.c"]
)
def test_a_domain_is_a_portals_host(domain: str) -> None:
    with pytest.raises(LaunchMalformed) as malformed:
        parse({"DOMAIN": domain})
    assert malformed.value.field == "DOMAIN"


def test_a_refusal_does_not_repeat_what_was_posted() -> None:
    with pytest.raises(LaunchMalformed) as malformed:
        parse(AUTH_ID="secret with a space")
    assert "secret" not in str(malformed.value)


def test_an_oauth_server_is_named_by_its_origin() -> None:
    for server in ("https://oauth.bitrix.info", "https://OAuth.Bitrix.Info/rest/"):
        assert parse(SERVER_ENDPOINT=server).oauth_server == "https://oauth.bitrix.info"


@pytest.mark.parametrize(
    "expires", ["", "-1", "soon", "1e9", "3600.5", "99999999999999", "0x10", " 60"]
)
def test_a_strange_expiry_changes_nothing(expires: str) -> None:
    assert parse(AUTH_EXPIRES=expires) == parse()


@pytest.mark.parametrize(
    "options",
    [
        "",
        "undefined",
        "null",
        "true",
        "17",
        '"101"',
        "[]",
        '[{"ID":1}]',
        "{",
        "{}",
        '{"ID":null}',
        '{"ID":[101]}',
        '{"ID":{"value":101}}',
        '{"ID":101.5}',
        "[" * 10_000,
        '{"a":' * 3_000 + "1" + "}" * 3_000,
        "9" * 5_000,
    ],
    ids=lambda text: text[:12] or "empty",
)
def test_options_without_an_id_open_no_card(options: str) -> None:
    launch = parse(PLACEMENT_OPTIONS=options)
    with pytest.raises(LaunchMalformed):
        launch.entity_id()


@pytest.mark.parametrize(
    ("options", "entity_id"),
    [
        ({"ID": "101"}, 101),
        ({"ID": 101}, 101),
        ({"ENTITY_ID": "55", "ENTITY_TYPE_ID": "31"}, 55),
        ({"ID": "0", "ENTITY_ID": 55}, 55),
        ({"ID": "", "ENTITY_ID": 55}, 55),
        ({"ID": str(2**63 - 1)}, 2**63 - 1),
        ({"ID": "101", "URL": "/crm/deal/details/101/", "x": [1, {"y": 2}]}, 101),
    ],
)
def test_a_card_is_named_by_text_or_number_under_two_keys(
    options: dict[str, object], entity_id: int
) -> None:
    assert parse(PLACEMENT_OPTIONS=json.dumps(options)).entity_id() == entity_id


@pytest.mark.parametrize(
    "card",
    [
        "-1",
        "0",
        "1.0",
        "1e3",
        "０１",
        "١٠١",
        "0x65",
        " 101",
        "101\n",
        str(2**63),
        "1" * 25,
        True,
        -5,
    ],
)
def test_a_cards_id_is_a_number_that_a_row_can_hold(card: object) -> None:
    launch = parse(PLACEMENT_OPTIONS=json.dumps({"ID": card}))
    with pytest.raises(LaunchMalformed):
        launch.entity_id()


TEXT = st.text(max_size=60)


@given(
    st.dictionaries(st.sampled_from([*QUERY, "x"]), TEXT),
    st.dictionaries(st.sampled_from([*FORM, "DOMAIN", "x"]), TEXT),
)
def test_any_form_is_a_launch_or_malformed(query: dict[str, str], form: dict[str, str]) -> None:
    for fields in (form, {**FORM, **form}):
        try:
            launch = parse_launch({**QUERY, **query}, fields)
        except LaunchMalformed:
            continue
        assert is_token(launch.access_token)
        assert all(isinstance(value, str) for value in launch.options.values())
