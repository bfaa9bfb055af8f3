"""Forms whose Content-Type names another charset than UTF-8: they count, and are read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from b24app.models import Portal
from b24app.protocol.events import UNINSTALL
from b24app.web.forms import read_form, without_charset
from tests.standin.rest.params import flatten
from tests.support.events.posted import await_state, event
from tests.support.portal import PortalWithApp
from tests.support.security.traces import launch_of

FORM = "application/x-www-form-urlencoded"
CHARSETS = [
    "windows-1251",
    "Windows-1251",
    "utf8",
    "UTF8",
    "cp65001",
    '"utf-8"',
    "'UTF-8'",
    "UTF-8",
    "utf-16",
    "iso-8859-1",
    "base64",
    "unicode_escape",
    "idna",
    "no-such-charset",
]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_removal_counts(portal: PortalWithApp, charset: str) -> None:
    body = urlencode(list(flatten(event(portal, UNINSTALL))))
    headers = {"Content-Type": f"{FORM}; charset={charset}"}
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    page = portal.app.send("/events/", method="POST", raw=body.encode(), headers=headers)
    assert page.status == 200, page.text
    await_state(portal, Portal.State.UNINSTALLED)


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_launch_opens_its_page(portal: PortalWithApp, charset: str) -> None:
    launch = launch_of(portal)
    path = launch["url"].removeprefix(portal.app.origin)
    headers = {"Content-Type": f"{FORM}; charset={charset}"}
    raw = urlencode(launch["fields"]).encode()
    page = portal.app.send(path, method="POST", raw=raw, headers=headers)
    assert page.status == 200, page.text
    assert page.has_add_button


@pytest.mark.parametrize(
    ("charset", "sent"),
    [
        ("windows-1251", "name=%D1%E4%E5%EB%EA%E0"),
        ("koi8-r", "name=%F3%C4%C5%CC%CB%C1"),
        ("utf8", "name=%D0%A1%D0%B4%D0%B5%D0%BB%D0%BA%D0%B0"),
        ("utf-16", "name=%D0%A1%D0%B4%D0%B5%D0%BB%D0%BA%D0%B0"),
        ("cp65001", "name=Сделка"),
    ],
)
def test_percent_signs_mean_what_the_charset_says(charset: str, sent: str) -> None:
    made = RequestFactory().generic("POST", "/?q=%D0%B0", sent, FORM).environ
    request: Any = WSGIRequest(
        without_charset({**made, "CONTENT_TYPE": f"{FORM}; x=1; CHARSET = {charset}"})
    )
    read_form(request)
    assert (request.POST["name"], request.GET["q"]) == ("Сделка", "а")
