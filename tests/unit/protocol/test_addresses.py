"""Which texts are a portal's address, and which IP addresses are on the public internet."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from b24app.protocol.addresses import (
    Endpoint,
    HostRefused,
    is_loopback_name,
    is_public_address,
    normalise_host,
    parse_endpoint,
    typed_endpoint,
)

PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/-]*")
INSIDE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://acme.bitrix24.com/rest/", "acme.bitrix24.com", "/rest/"),
        ("HTTPS://ACME.Bitrix24.DE/rest/", "acme.bitrix24.de", "/rest/"),
        ("https://acme.bitrix24.com:443/rest/", "acme.bitrix24.com", "/rest/"),
        ("https://box.example.com:8443/b24/rest/", "box.example.com:8443", "/b24/rest/"),
        ("https://box.example.com:80/rest/", "box.example.com:80", "/rest/"),
        ("https://xn--bcher-kva.example/rest/", "xn--bcher-kva.example", "/rest/"),
        ("https://bücher.example/rest/", "xn--bcher-kva.example", "/rest/"),
        ("https://ПОРТАЛ.РФ/rest/", "xn--80awhdgm.xn--p1ai", "/rest/"),
        ("https://портал.рф:8443/rest/", "xn--80awhdgm.xn--p1ai:8443", "/rest/"),
        ("https://box.example.com", "box.example.com", "/"),
    ],
)
def test_a_portals_address_keeps_what_leads_to_it(url: str, host: str, path: str) -> None:
    assert parse_endpoint(url, allow_insecure=False) == Endpoint("https", host, path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme.bitrix24.com",
        "//acme.bitrix24.com/rest/",
        "ftp://acme.bitrix24.com/rest/",
        "javascript:alert(1)",
        "https:///rest/",
        "https://user@acme.bitrix24.com/rest/",
        "https://@acme.bitrix24.com/rest/",
        "https://acme.bitrix24.com@evil.example/rest/",
        "https://acme.bitrix24.com:secret@evil.example/rest/",
        "https://acme.bitrix24.com/rest/?to=evil.example",
        "https://acme.bitrix24.com/rest/#evil",
        "https://acme.bitrix24.com/rest/../../admin/ /",
        "https://acme.bitrix24.com/%2e%2e/",
        "https://acme.bitrix24.com\\@evil.example/",
        "https://acme.bitrix24.com:0/rest/",
        "https://acme.bitrix24.com:65536/rest/",
        "https://acme.bitrix24.com:port/rest/",
        "https://localhost/rest/",
        "https://intranet/rest/",
        "https://acme.bitrix24.com./rest/",
        "https://.bitrix24.com/rest/",
        "https://acme..bitrix24.com/rest/",
        "https://-acme.bitrix24.com/rest/",
        "https://acme_eu.bitrix24.com/rest/",
        "https://127.0.0.1/rest/",
        "https://127.1/rest/",
        "https://１２７.0.0.1/rest/",
        "https://10。0。0。5/rest/",
        "https://0x7f。1/rest/",
        "https://ｌｏｃａｌｈｏｓｔ/rest/",
        "https://evil.example／.bitrix24.com/rest/",
        "https://ac\u200dme.bitrix24.com/rest/",
        "https://\u202eacme.bitrix24.com/rest/",
        "https://" + "я" * 300 + ".example/rest/",
        "https://2130706433/rest/",
        "https://0x7f000001/rest/",
        "https://0x7f.0.0.0x1/rest/",
        "https://127.0.0.0x/rest/",
        "https://0177.0.0.01/rest/",
        "https://169.254.169.254/latest/",
        "https://[::1]/rest/",
        "https://[::ffff:10.0.0.1]/rest/",
        "https://[fe80::1%25eth0]/rest/",
        "https://[::1/rest/",
        "https://" + "a" * 300 + ".example/rest/",
        "https://" + "a." * 130 + "example/rest/",
    ],
)
def test_no_other_text_is_an_address(url: str) -> None:
    with pytest.raises(HostRefused):
        parse_endpoint(url, allow_insecure=True)


@pytest.mark.parametrize(
    "url", ["http://acme.bitrix24.com/rest/", "http://p1.localhost:9100/rest/"]
)
def test_http_is_an_address_only_where_that_is_allowed(url: str) -> None:
    assert parse_endpoint(url, allow_insecure=True).url == url
    with pytest.raises(HostRefused):
        parse_endpoint(url, allow_insecure=False)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (" Acme.Bitrix24.COM ", "acme.bitrix24.com"),
        ("acme.bitrix24.com:443", "acme.bitrix24.com"),
        ("acme.bitrix24.com:80", "acme.bitrix24.com"),
        ("acme.bitrix24.com:8080", "acme.bitrix24.com:8080"),
        ("acme.bitrix24.com:1443", "acme.bitrix24.com:1443"),
        ("Портал.рф", "xn--80awhdgm.xn--p1ai"),
        ("портал.рф:443", "xn--80awhdgm.xn--p1ai"),
        ("bücher.example:8443", "xn--bcher-kva.example:8443"),
    ],
)
def test_a_posted_host_is_compared_in_one_spelling(text: str, host: str) -> None:
    assert normalise_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "https://acme.bitrix24.com",
        "acme.bitrix24.com/rest",
        "user@acme.bitrix24.com",
        "acme.bitrix24.com?x",
        "acme.bitrix24.com#x",
        "acme.bitrix24.com\r\nHost: evil.example",
        "acme.bitrix24.com\x00.evil.example",
        "acme.bitrix24.com:",
        "acme.bitrix24.com:0",
        "acme.bitrix24.com:65536",
        "acme.bitrix24.com:١٢",
        "acme.bitrix24.com:-1",
        "acme.bitrix24.com:44 3",
        "acme.bitrix24.com:443:443",
        "acme.bitrix24.com.",
        "10.0.0.1",
        "[::1]",
        "::1",
        "a" * 300,
    ],
)
def test_a_posted_host_is_a_name_and_nothing_else(text: str) -> None:
    with pytest.raises(HostRefused):
        normalise_host(text)


@given(st.text(max_size=60) | st.from_regex(r"https?://[^/]{0,30}/.{0,20}"))
@example("https://ac\r\nme.example/rest/")
@example("https://\u212aelvin.example/")
@example("https://１０。0。0。5/rest/")
def test_whatever_is_accepted_is_a_plain_address(text: str) -> None:
    try:
        endpoint = parse_endpoint(text, allow_insecure=True)
    except HostRefused:
        return
    assert PLAIN_URL.fullmatch(endpoint.url)
    assert parse_endpoint(endpoint.url, allow_insecure=True) == endpoint


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "95.100.1.1",
        "2606:4700::6810:84e5",
        "2a02:6b8::2:242",
        "2002:808:808::1",
        "64:ff9b::808:808",
    ],
)
def test_the_public_internet_may_be_asked(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_this_network_may_not(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *("::", "::1", "::8.8.8.8", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "100::1", "2001:db8::1"),
        *("64:ff9b:1::808:808", "64:ff9b:0:1::808:808", "1fff:ffff::1", "3fff::1", "4000::1"),
        *("5f00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
    ],
)
def test_nor_their_counterparts_in_ipv6(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize(
    "cover",
    [
        lambda number: (0xFFFF << 32) + number,
        lambda number: number,
        lambda number: (0x2002 << 112) + (number << 80),
        lambda number: (0x64FF9B << 96) + number,
    ],
    ids=["mapped", "compatible", "6to4", "nat64"],
)
def test_no_ipv6_address_leads_inside_under_cover(inside: str, cover: object) -> None:
    assert callable(cover)
    covered = IPv6Address(cover(int(IPv4Address(inside))))
    assert not is_public_address(str(covered))


@pytest.mark.parametrize(
    ("name", "is_loopback"),
    [
        ("localhost", True),
        ("p1.localhost", True),
        ("localhost.example.com", False),
        ("notlocalhost", False),
    ],
)
def test_names_of_this_machine(name: str, is_loopback: bool) -> None:
    assert is_loopback_name(name) is is_loopback


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("acme.bitrix24.com", "https://acme.bitrix24.com"),
        ("  ACME.Bitrix24.com/ ", "https://acme.bitrix24.com"),
        ("http://acme.bitrix24.com", "https://acme.bitrix24.com"),
        ("https://acme.bitrix24.com/crm/deal/details/7/?a=1#b", "https://acme.bitrix24.com"),
        ("acme.bitrix24.com?x=https://evil.example", "https://acme.bitrix24.com"),
        ("box.example.com:8443/stream/", "https://box.example.com:8443"),
        ("портал.рф", "https://xn--80awhdgm.xn--p1ai"),
        ("https://bücher.example/crm/", "https://xn--bcher-kva.example"),
        ("例え.テスト/crm/", "https://xn--r8jz45g.xn--zckzah"),
    ],
)
def test_what_people_paste_is_understood(text: str, origin: str) -> None:
    assert typed_endpoint(text, allow_insecure=False).origin == origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("alpha.localhost:9100", "http://alpha.localhost:9100"),
        ("http://acme.bitrix24.com", "http://acme.bitrix24.com"),
        ("acme.bitrix24.com", "https://acme.bitrix24.com"),
    ],
)
def test_a_test_run_may_be_without_encryption(text: str, origin: str) -> None:
    assert typed_endpoint(text, allow_insecure=True).origin == origin


@given(st.text(max_size=60))
@example("https://user@acme.bitrix24.com")
@example("https://acme.bitrix24.com\\@evil.example")
@example("://")
@example("javascript://acme.bitrix24.com/")
def test_no_text_leads_anywhere_but_to_a_plain_host(text: str) -> None:
    try:
        endpoint = typed_endpoint(text, allow_insecure=False)
    except HostRefused:
        return
    assert PLAIN_URL.fullmatch(endpoint.url)
    assert (endpoint.scheme, endpoint.path) == ("https", "/")
