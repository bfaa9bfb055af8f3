"""Names in other scripts: which are shown in their letters, and which in ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.protocol.addresses import HostRefused, normalise_host
from b24app.protocol.host_names import ascii_name, readable_name

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "name",
    [
        "портал.рф",
        "портал.com",
        "оса.рф",
        "bücher.example",
        "straße.example",
        "例え.テスト",
        "日本語.jp",
        "한국어.kr",
        "παράδειγμα.ελ",
        "क्षेत्र.भारत",
        "العربية.com",
        "портал-2.рф",
        "портал.bitrix24.ru",
    ],
)
def test_a_name_that_can_be_taken_for_no_other_is_shown_as_people_write_it(name: str) -> None:
    assert readable_name(ascii_name(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "раураl.com",
        "аррӏе.com",
        "асе.bitrix24.com",
        "bitrіx24.com",
        "abcд.com",
        "портaл.рф",
        "ρορ.com",
        "x\u0338.example",
    ],
)
def test_a_name_that_mimics_another_is_shown_as_the_network_has_it(name: str) -> None:
    host = ascii_name(name)
    assert host.isascii()
    assert readable_name(host) == host


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("acme.bitrix24.com:8443", "acme.bitrix24.com:8443"),
        ("xn--80awhdgm.localhost:9100", "портал.localhost:9100"),
        ("xn--80awhdgm.xn--p1ai:8443", "портал.рф:8443"),
        ("xn--a.example", "xn--a.example"),
        ("xn--zzzzzzzzzzzz.example", "xn--zzzzzzzzzzzz.example"),
    ],
)
def test_a_host_of_a_portal(host: str, shown: str) -> None:
    assert readable_name(host) == shown


@given(st.text(max_size=40))
def test_what_is_shown_leads_where_it_was_read(text: str) -> None:
    try:
        host = normalise_host(text)
    except HostRefused:
        return
    assert host.isascii()
    assert normalise_host(readable_name(host)) == host
