"""The page outside the frame: the same journal, health and repair, for one portal at a time."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from b24app.models import Portal, PortalUser
from tests.support.app import App
from tests.support.pages.home_visits import JOURNAL as FRAME_JOURNAL
from tests.support.pages.home_visits import TOOLBAR, let_time_pass, note, open_home, rows
from tests.support.people.outsiders import LOGIN, LOGOUT, PORTAL, Outsider, sessions
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.security.traces import policy
from tests.support.waiting import await_condition

JOURNAL, CSV, REPAIR = "/portal/journal/", "/portal/journal/csv/", "/portal/repair/"
FORMS = [JOURNAL, CSV, REPAIR]
NOT_EXPOSED = [
    "",
    "signup/",
    "email/",
    "password/reset/",
    "password/change/",
    "confirm-email/",
    "social/signup/",
    "social/connections/",
    "social/login/cancelled/",
    "bitrix24/",
    "bitrix24/login/token/",
]


@pytest.fixture
def person(app: App, portal: PortalWithApp) -> Outsider:
    """An administrator of `portal`, signed in."""
    outsider = Outsider(app)
    assert outsider.sign_in(portal).status == 200
    portal.standin.clear_calls(portal.name)
    return outsider


def test_the_journal_is_the_one_in_the_portal(person: Outsider, portal: PortalWithApp) -> None:
    portal.app.press_add(portal.open_tab("fresh", user="sales"))
    portal.app.press_add(portal.open_tab("fresh", user="reader"))
    page = person.open(PORTAL)
    assert rows(page, ".journal") == rows(open_home(portal), ".journal")
    assert len(rows(page, ".journal")) == 2
    [link] = {str(a["href"]) for a in page.soup.select("a[data-card]")}
    assert link == f"{portal.about['origin']}/crm/deal/details/{portal.deal('fresh')}/"
    assert not page.soup.select("meta[name=frame-session], [name=frame_session]")


def test_the_journal_is_filtered_and_is_a_file(person: Outsider, portal: PortalWithApp) -> None:
    note(portal, entity_id=471108154, number="5/1")
    note(portal, entity_id=4712, state="refused", user_id=8)
    page = person.open(PORTAL)
    found = person.press(page, JOURNAL, is_htmx=True, state="refused")
    assert (found.status, ["4712" in row for row in rows(found, ".journal")]) == (200, [True])
    answer = person.press(found, CSV)
    assert answer.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(answer.body.removeprefix("\ufeff").splitlines())
    assert row["Deal or invoice"] == "Deal 4712"


def test_repair_binds_with_the_administrator_s_own_token(
    person: Outsider, portal: PortalWithApp
) -> None:
    portal.unbind(TOOLBAR)
    page = person.open(PORTAL)
    assert "Something is missing." in page.text
    portal.standin.clear_calls(portal.name)
    repaired = person.press(page, REPAIR, is_htmx=True)
    assert "Repaired: everything is in order." in repaired.text
    assert TOOLBAR in portal.bound()
    assert {call["user_id"] for call in portal.calls()} == {1}
    without_script = person.press(page, REPAIR)
    assert (without_script.status, without_script.headers["location"]) == (302, PORTAL)


def test_repair_brings_dead_tokens_of_the_background_back(app: App, portal: PortalWithApp) -> None:
    portal.standin.revoke(portal.name, refresh=True)
    page = Outsider(app).sign_in(portal)
    assert "Everything is in order." in page.text


def test_a_stranger_finds_nothing(app: App, portal: PortalWithApp) -> None:
    stranger = Outsider(app)
    stranger.send(LOGIN)
    token = stranger.cookies["app.localhost"]["csrftoken"]
    pages = [stranger.send(PORTAL)]
    pages += [stranger.send(path, form={"csrfmiddlewaretoken": token}) for path in FORMS]
    for page in pages:
        assert (page.status, "not signed in" in page.text) == (404, True)
    assert portal.calls() == []


def test_a_form_of_another_site_does_nothing(person: Outsider, portal: PortalWithApp) -> None:
    portal.unbind(TOOLBAR)
    for path in [*FORMS, LOGOUT]:
        for headers in ({}, {"Origin": portal.about["origin"]}):
            page = person.send(path, form={}, **headers)
            assert (page.status, "cookies" in page.text) == (403, True)
    assert TOOLBAR not in portal.bound()
    assert person.has_session


def test_a_bearer_opens_no_door_outside_and_a_cookie_none_inside(
    person: Outsider, portal: PortalWithApp
) -> None:
    bearer = open_home(portal).soup.select_one("meta[name=frame-session]")
    assert bearer is not None
    inside = {"Authorization": f"Bearer {bearer['content']}"}
    assert portal.app.send(PORTAL, headers=inside).status == 404
    token = person.cookies["app.localhost"]["csrftoken"]
    assert person.send(FRAME_JOURNAL, form={"csrfmiddlewaretoken": token}).status == 401


def test_portals_know_nothing_of_each_other(
    app: App, person: Outsider, portal: PortalWithApp
) -> None:
    other = installed_portal(app)
    note(other, entity_id=471108154, user_id=1)
    PortalUser.objects.create(portal=other.row, user_id=66, name="Stranger", seen_at=timezone.now())
    page = person.open(PORTAL)
    answers = [
        page,
        person.press(page, JOURNAL, is_htmx=True, user=66),
        person.press(page, JOURNAL, is_htmx=True, portal=other.member_id),
        person.press(page, CSV, user=1),
        person.press(page, REPAIR, is_htmx=True),
    ]
    for answer in answers:
        assert answer.status == 200
        assert "471108154" not in answer.text
        assert "Stranger" not in answer.text
    assert other.calls() == []


def test_signing_in_elsewhere_leaves_the_portal_before(
    app: App, person: Outsider, portal: PortalWithApp
) -> None:
    other = installed_portal(app)
    key = person.cookies["app.localhost"]["sessionid"]
    stale = person.open(PORTAL)
    page = person.sign_in(other)
    assert page.soup.h1 is not None
    assert page.soup.h1.get_text() == other.about["host"]
    assert portal.about["host"] not in page.text
    assert not Session.objects.filter(session_key=key).exists()
    assert person.press(stale, REPAIR, is_htmx=True).status == 403
    assert portal.calls("placement.get") != []
    portal.standin.clear_calls(portal.name)
    person.open(PORTAL)
    assert portal.calls() == []


def test_a_session_ends_with_the_app(person: Outsider, portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, app_present=False)
    await_condition(lambda: portal.row.state == Portal.State.UNINSTALLED)
    page = person.open(PORTAL)
    assert (page.status, "session has ended" in page.text) == (404, True)
    portal.standin.change_portal(portal.name, app_present=True)
    portal.install()
    assert not person.has_session
    assert person.sign_in(portal).status == 200


def test_a_session_ends_even_when_the_app_came_back_meanwhile(
    person: Outsider, portal: PortalWithApp
) -> None:
    portal.standin.change_portal(portal.name, app_present=False)
    await_condition(lambda: portal.row.state == Portal.State.UNINSTALLED)
    portal.standin.change_portal(portal.name, app_present=True)
    portal.install()
    assert person.open(PORTAL).status == 404


def test_who_lost_the_right_meanwhile_is_stopped(person: Outsider, portal: PortalWithApp) -> None:
    page = person.open(PORTAL)
    portal.unbind(TOOLBAR)
    portal.standin.change_portal(portal.name, users={"1": {"role": "sales"}})
    let_time_pass(portal)
    for path in FORMS:
        refused = person.press(page, path, is_htmx=True)
        assert refused.status == 403
        assert "Only administrators" in refused.alert_text
    assert TOOLBAR not in portal.bound()
    assert person.open(PORTAL).status == 403


def test_the_portal_is_asked_again_only_after_some_minutes(
    person: Outsider, portal: PortalWithApp
) -> None:
    page = person.open(PORTAL)
    portal.standin.clear_calls(portal.name)
    for _ in range(2):
        person.press(page, JOURNAL, is_htmx=True)
    assert portal.calls() == []
    let_time_pass(portal)
    for _ in range(2):
        person.press(page, JOURNAL, is_htmx=True)
    [call] = portal.calls()
    assert call["commands"] == ["app.info", "profile"]


def test_a_portal_that_cannot_confirm_keeps_the_door_shut(
    person: Outsider, portal: PortalWithApp
) -> None:
    note(portal, entity_id=471108154)
    let_time_pass(portal)
    portal.standin.add_fault(portal.name, "batch", "html", status=502)
    page = person.open(PORTAL)
    assert (page.status, "471108154" in page.text) == (502, False)
    assert person.has_session


def test_a_portal_in_trouble_leaves_the_journal(person: Outsider, portal: PortalWithApp) -> None:
    note(portal, entity_id=471108154)
    portal.standin.add_fault(portal.name, "batch", "html", status=502)
    page = person.open(PORTAL)
    assert (page.status, "471108154" in page.text) == (200, True)
    assert page.soup.select("#health .notice-warning")


def test_dead_tokens_end_the_session(person: Outsider, portal: PortalWithApp) -> None:
    portal.standin.revoke(portal.name, refresh=True)
    page = person.open(PORTAL)
    assert (page.status, "Sign in" in page.text) == (404, True)
    assert sessions() == []
    assert person.sign_in(portal).status == 200


def test_signing_out(person: Outsider, portal: PortalWithApp) -> None:
    assert person.send(LOGOUT).status == 200
    assert person.send(PORTAL).status == 200
    page = person.open(PORTAL)
    left = person.follow(person.press(page, LOGOUT))
    assert "You are signed out." in left.text
    assert sessions() == []
    assert not person.has_session
    assert portal.row.users.exclude(access_token="").exists()


def test_a_session_holds_ids_and_ends_after_some_hours(
    person: Outsider, portal: PortalWithApp
) -> None:
    [content] = sessions()
    assert content["portal_user"] == [portal.row.pk, 1, portal.row.epoch]
    [row] = Session.objects.all()
    assert row.expire_date - timezone.now() <= timedelta(hours=12)


def test_pages_are_kept_by_nobody_and_framed_by_nobody(person: Outsider) -> None:
    for path in (PORTAL, LOGIN):
        page = person.send(path)
        assert "no-store" in page.headers["cache-control"]
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["referrer-policy"] == "same-origin"
        assert policy(page)["frame-ancestors"] == ["'none'"]
        assert not page.soup.select("style, [style], script:not([src])")
    assert policy(person.send(PORTAL))["form-action"] == ["'self'"]


def test_pages_speak_the_visitor_s_language(person: Outsider) -> None:
    spoken = {"de": "de", "ar": "ar", "zh-CN": "zh-hans", "xx": "en"}
    for asked, language in spoken.items():
        for path in (PORTAL, LOGIN, "/"):
            html = person.send(path, Accept_Language=asked).soup.html
            assert html is not None
            assert (html["lang"], html["dir"]) == (language, "rtl" if asked == "ar" else "ltr")


def test_nothing_else_of_allauth_is_there(app: App) -> None:
    for path in NOT_EXPOSED:
        assert app.send(f"/accounts/{path}").status == 404, path
        assert app.send(f"/accounts/{path}", form={}).status in (403, 404), path
