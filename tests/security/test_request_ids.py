"""Every page that tells of an error shows the id under which the log has it."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client

from b24app.frame.session import FrameSession, sign_session
from payments.models import Attempt
from tests.security.test_failures import page_of
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp
from tests.support.security.failing import logged
from tests.support.security.traces import launch_of, post

Scene = Callable[[PortalWithApp], Page]


def say(portal: PortalWithApp, path: str, *, bearer: str, **form: str) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {bearer}"}
    return portal.app.send(path, form=form, headers=headers)


def refused_launch(portal: PortalWithApp) -> Page:
    launch = launch_of(portal)
    return post(portal, {**launch, "fields": {**launch["fields"], "member_id": "0" * 32}})


def failed_launch(portal: PortalWithApp) -> Page:
    portal.standin.add_fault(portal.name, "batch", "drop_before")
    return portal.open_tab()


def key_conflict(portal: PortalWithApp) -> Page:
    portal.app.press_add(portal.open_tab())
    tab = portal.open_tab(user="admin")
    fields = {
        "key": str(Attempt.objects.get(portal=portal.row).key),
        "seen": tab.form_fields("/payments/add/")["seen"],
    }
    return say(portal, "/payments/add/", bearer=tab.bearer, **fields)


SCENES: dict[str, tuple[int, Scene]] = {
    "no launch": (400, lambda portal: portal.app.send("/placements/deal/", form={"a": "b"})),
    "odd form": (
        400,
        lambda portal: say(portal, "/payments/add/", bearer=portal.open_tab().bearer),
    ),
    "odd host": (400, lambda portal: portal.app.send("/", headers={"Host": "elsewhere.example"})),
    "session over": (401, lambda portal: say(portal, "/payments/add/", bearer="old")),
    "session over, a page": (401, lambda portal: portal.app.send("/journal/csv/", form={"a": "b"})),
    "refused launch": (403, refused_launch),
    "forged form": (
        403,
        lambda portal: portal.app.send("/accounts/bitrix24/login/", form={"portal": "a"}),
    ),
    "nothing there": (404, lambda portal: portal.app.send("/nowhere/")),
    "nobody's click": (
        404,
        lambda portal: say(
            portal, f"/payments/attempts/{uuid4()}/choice/", bearer=portal.open_tab().bearer, a="b"
        ),
    ),
    "signed out": (404, lambda portal: portal.app.send("/portal/")),
    "wrong method": (405, lambda portal: portal.app.send("/payments/add/")),
    "wrong method of a launch": (405, lambda portal: portal.app.send("/", method="PUT")),
    "key conflict": (409, key_conflict),
    "too long": (413, lambda portal: portal.app.send("/install/", form={"a": "b" * 300_000})),
    "no answer": (502, failed_launch),
}


def assert_named(page: Page, status: int) -> str:
    """The id of the page's request, which can be marked and copied in it."""
    assert page.status == status, page.text
    request_id = page.headers["x-request-id"]
    codes = [code.get_text() for code in page.soup.select("code")]
    assert [code for code in codes if request_id in code], page.body
    return request_id


@pytest.mark.parametrize("name", SCENES)
def test_an_error_page_names_its_request_and_the_log_does_too(
    portal: PortalWithApp, name: str
) -> None:
    status, scene = SCENES[name]
    request_id = assert_named(scene(portal), status)
    assert f'"request_id": "{request_id}"' in portal.app.log()


@pytest.mark.parametrize("path", ["/payments/older/", "/portal/", "/console/"])
def test_so_does_a_page_while_nothing_can_be_saved(
    db: None, settings: LazySettings, path: str
) -> None:
    def fail(*given: object) -> None:
        raise OperationalError

    session = FrameSession(1, 1, 7, "DEFAULT", 2, 101, "en", int(time.time()))
    client = Client(SERVER_NAME="app.localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    headers = {"Authorization": f"Bearer {sign_session(session)}"}
    with logged() as lines, connection.execute_wrapper(fail):
        answer = client.get(path, headers=headers)
    assert assert_named(page_of(answer), 503) in {line["request_id"] for line in lines}


def test_so_does_a_page_that_was_asked_for_too_often(db: None, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client = Client(SERVER_NAME="app.localhost")
    with logged() as lines:
        for _ in range(2):
            answer = client.post("/accounts/login/", {"login": "olga", "password": "none"})
    assert assert_named(page_of(answer), 429) in {line["request_id"] for line in lines}
