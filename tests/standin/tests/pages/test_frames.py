"""The page around the frame: what it opens for whom, and what it serves while a frame is open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.tests.conftest import Office

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


def post(office: Office, path: str, *, user: int = SALES, **body: Any) -> Any:
    """What the script of a page asks of the portal."""
    headers = {"Cookie": f"standin_user={user}"}
    answer = office.standin.send(office.host, f"/_pages/frames/{path}", body=body, headers=headers)
    assert answer.status == 200, answer.body
    return answer.json()


def open_frame(office: Office, *, user: int = SALES) -> Any:
    return post(office, "", user=user, placement="DEFAULT", options={})


@closed
def test_a_closed_app_is_a_page_of_the_portals_own(
    office: Office, changes: dict[str, Any], reason: str
) -> None:
    assert "url" in open_frame(office)
    office.standin.change_portal(office.name, **changes)
    for user in (SALES, ADMIN):
        assert reason in open_frame(office, user=user)["refusal"]


@closed
def test_an_open_frame_of_a_closed_app_is_served_nothing(
    office: Office, changes: dict[str, Any], reason: str
) -> None:
    sid = open_frame(office, user=ADMIN)["app_sid"]
    assert post(office, f"{sid}/refresh/", user=ADMIN)["AUTH_ID"]
    option = {"name": "a", "value": "1"}
    assert post(office, f"{sid}/app-option/", user=ADMIN, **option) == {"a": "1"}
    office.standin.change_portal(office.name, **changes, installed=False)
    assert post(office, f"{sid}/refresh/", user=ADMIN) is None
    assert post(office, f"{sid}/app-option/", user=ADMIN, **option) is None
    assert post(office, f"{sid}/finish/", user=ADMIN) == {"finished": False}


def test_a_portal_may_have_no_token_for_a_frame(office: Office) -> None:
    sid = open_frame(office)["app_sid"]
    office.standin.switch(office.name, refresh_auth="silence")
    assert post(office, f"{sid}/refresh/") is None
    assert post(office, f"{sid}/init/")["AUTH_ID"]


def test_in_the_days_of_grace_rest_still_works(office: Office) -> None:
    info = office.result("app.info")
    assert (info["PAYMENT_EXPIRED"], info["DAYS"]) == ("N", None)
    office.standin.switch(office.name, payment_grace=True)
    info = office.result("app.info")
    assert (info["PAYMENT_EXPIRED"], info["DAYS"]) == ("Y", -3)
