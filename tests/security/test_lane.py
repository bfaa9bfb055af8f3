"""What stands in a frame is answered on a shorter way, with what the ordinary one would send."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from b24app.fast.lane import Application, with_lane
from tests.security.test_headers import FRAGMENTS, FRAMES, address
from tests.support.portal import PortalWithApp
from tests.support.routes import all_routes

FORM = "application/x-www-form-urlencoded"
# What is new in each answer.
BY_CHANCE = {"x-request-id", "content-length", "x-frame-session"}


@dataclass(frozen=True)
class Answered:
    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        is_packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if is_packed else self.body).decode()

    @property
    def facts(self) -> dict[str, Any]:
        """The headers without chance, as sets where their order says nothing."""
        named = {name: text for name, text in self.headers.items() if name not in BY_CHANCE}
        rules = named.pop("content-security-policy", "").replace(self.nonce, "nonce")
        varies = named.pop("vary", "")
        return {**named, "rules": set(rules.split("; ")), "varies": set(varies.split(", "))}

    @property
    def nonce(self) -> str:
        return self.text.partition(' nonce="')[2].partition('"')[0] or "none"


def ask(application: Application, path: str, **asked: Any) -> Answered:
    """One request as a server hands it over; `asked` are its method, body and WSGI variables."""
    path, _, query = path.partition("?")
    body = asked.pop("body", b"")
    told: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        told.update(status=status, headers={name.lower(): text for name, text in headers})

    environ = {
        "REQUEST_METHOD": asked.pop("method", "POST"),
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "app.localhost",
        "SERVER_NAME": "app.localhost",
        "SERVER_PORT": "80",
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "HTTP_ACCEPT_LANGUAGE": "pl;q=0.5, de",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
        **asked,
    }
    answer: Any = application(environ, start_response)
    whole = b"".join(answer)
    answer.close()
    return Answered(**told, body=whole)


@pytest.fixture(params=[False, True], ids=["http", "https"])
def ways(
    request: pytest.FixtureRequest, portal: PortalWithApp, settings: LazySettings
) -> Iterator[tuple[Application, Application]]:
    """The short way, and Django's with the whole list."""
    settings.APP_URL = portal.app.origin
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    if request.param:
        settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60

    def none(*_: object) -> Any:
        raise AssertionError("the ordinary way was gone")

    ordinary: Any = none
    yield with_lane(ordinary), WSGIHandler()
    connection.close()


def assert_alike(ways: tuple[Application, Application], path: str, **asked: Any) -> Answered:
    short, ordinary = (ask(way, path, **asked) for way in ways)
    assert short.status == ordinary.status, path
    assert short.facts == ordinary.facts, path
    return short


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
def test_every_frame_address_answers_alike(
    ways: tuple[Application, Application], method: str
) -> None:
    for route in FRAMES + FRAGMENTS:
        for proxied in ({}, {"HTTP_X_FORWARDED_PROTO": "https"}):
            assert_alike(ways, address(route), method=method, **proxied)


def test_a_refusal_speaks_the_language_of_the_request(
    ways: tuple[Application, Application],
) -> None:
    answered = assert_alike(ways, "/placements/deal/", HTTP_X_FORWARDED_PROTO="https")
    assert answered.headers["content-language"] == "de"
    assert '<html lang="de"' in answered.text


def test_pages_and_fragments_answer_alike(
    ways: tuple[Application, Application], portal: PortalWithApp
) -> None:
    options = {"ID": str(portal.deal("fresh"))}
    made = portal.standin.launch(
        portal.name, user="admin", placement="CRM_DEAL_DETAIL_TAB", options=options, lang="fr"
    )
    path = made["url"].removeprefix(portal.app.origin)
    asked = {"HTTP_X_FORWARDED_PROTO": "https", "body": urlencode(made["fields"]).encode()}
    page = assert_alike(ways, path, **asked)
    assert page.status == "200 OK"
    assert page.nonce in page.headers["content-security-policy"]
    assert page.headers["content-language"] == "fr"
    bearer = page.text.partition('name="frame-session" content="')[2].partition('"')[0]
    asked = {"HTTP_AUTHORIZATION": f"Bearer {bearer}", "HTTP_X_FORWARDED_PROTO": "https"}
    for more in ({}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT_ENCODING": "br"}):
        part = assert_alike(ways, "/payments/older/", method="GET", **asked, **more)
        assert part.status == "200 OK"
    sheet = assert_alike(ways, "/journal/csv/", **asked)
    assert sheet.status == "200 OK"


@pytest.mark.parametrize(
    "odd",
    [
        {"HTTP_HOST": "elsewhere.example"},
        {"CONTENT_LENGTH": str(10**9)},
        {"body": b"&".join(b"f%d=1" % number for number in range(2_000))},
        {"CONTENT_TYPE": "multipart/form-data; boundary=x", "body": b"--x"},
        {"HTTP_ACCEPT_LANGUAGE": "xx", "HTTP_COOKIE": "django_language=ru"},
    ],
    ids=["host", "length", "fields", "parts", "cookie"],
)
def test_odd_requests_are_refused_alike(
    ways: tuple[Application, Application], odd: dict[str, Any]
) -> None:
    assert_alike(ways, "/placements/deal/", HTTP_X_FORWARDED_PROTO="https", **odd)


def test_the_length_of_a_page_tells_nothing_of_what_is_in_it(
    ways: tuple[Application, Application],
) -> None:
    secure = {"HTTP_X_FORWARDED_PROTO": "https"}
    lengths = {len(ask(ways[0], "/install/", **secure).body) for _ in range(40)}
    assert max(lengths) - min(lengths) > 20
    assert len(lengths) > 10


def test_what_stands_in_no_frame_goes_the_ordinary_way() -> None:
    gone: list[str] = []

    def ordinary(environ: dict[str, Any], start_response: Callable[..., None]) -> Any:
        gone.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return BytesIO()

    spied: Any = ordinary
    application = with_lane(spied)
    routes = set(all_routes()) - {*FRAMES, *FRAGMENTS}
    paths = {address(route) for route in routes if "(?P" not in route}
    paths |= {"/nowhere/", "/payments/", "/payments/1/pa/", "/placements/deal", "/static/x.js"}
    for path in paths:
        for _ in range(2):
            ask(application, path, method="GET")
    assert sorted(gone) == sorted([*paths, *paths])
