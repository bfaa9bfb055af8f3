"""The page around the frame: what it opens for whom, and what it serves while a frame is open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.portal import StandInPortal

SALES, ADMIN = 7, 1
CLOSED = [
    ({"switches": {"payment_expired": True}}, "subscription"),
    ({"switches": {"payment_grace": True}}, "subscription"),
    ({"switches": {"plan_rest": False}}, "plan"),
    ({"users": {SALES: {"is_confirmed": False}, ADMIN: {"is_confirmed": False}}}, "no access"),
    ({"users": {SALES: {"is_active": False}, ADMIN: {"is_active": False}}}, "no access"),
    ({"allowed_user_ids": []}, "no access"),
]
closed = pytest.mark.parametrize(("changes", "reason"), CLOSED)


def post(portal: StandInPortal, path: str, *, user: int = SALES, **body: Any) -> Any:
    """What the script of a page asks of the portal."""
    headers = {"Cookie": f"standin_user={user}"}
    answer = portal.standin.send(portal.host, f"/_pages/frames/{path}", body=body, headers=headers)
    assert answer.status == 200, answer.body
    return answer.json()


def open_frame(portal: StandInPortal, *, user: int = SALES) -> Any:
    return post(portal, "", user=user, placement="DEFAULT", options={})


@closed
def test_a_closed_app_is_a_page_of_the_portals_own(
    portal: StandInPortal, changes: dict[str, Any], reason: str
) -> None:
    assert "url" in open_frame(portal)
    portal.standin.change_portal(portal.name, **changes)
    for user in (SALES, ADMIN):
        assert reason in open_frame(portal, user=user)["refusal"]


@closed
def test_an_open_frame_of_a_closed_app_is_served_nothing(
    portal: StandInPortal, changes: dict[str, Any], reason: str
) -> None:
    sid = open_frame(portal, user=ADMIN)["app_sid"]
    assert post(portal, f"{sid}/refresh/", user=ADMIN)["AUTH_ID"]
    option = {"name": "a", "value": "1"}
    assert post(portal, f"{sid}/app-option/", user=ADMIN, **option) == {"a": "1"}
    portal.standin.change_portal(portal.name, **changes, installed=False)
    assert post(portal, f"{sid}/refresh/", user=ADMIN) is None
    assert post(portal, f"{sid}/app-option/", user=ADMIN, **option) is None
    assert post(portal, f"{sid}/finish/", user=ADMIN) == {"finished": False}


def test_a_portal_may_have_no_token_for_a_frame(portal: StandInPortal) -> None:
    sid = open_frame(portal)["app_sid"]
    portal.standin.switch(portal.name, refresh_auth="silence")
    assert post(portal, f"{sid}/refresh/") is None
    assert post(portal, f"{sid}/init/")["AUTH_ID"]


def test_in_the_days_of_grace_rest_still_works(portal: StandInPortal) -> None:
    info = portal.result("app.info")
    assert (info["PAYMENT_EXPIRED"], info["DAYS"]) == ("N", None)
    portal.standin.switch(portal.name, payment_grace=True)
    info = portal.result("app.info")
    assert (info["PAYMENT_EXPIRED"], info["DAYS"]) == ("Y", -3)
