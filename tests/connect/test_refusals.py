"""Sign-ins that do not end well: each says why and what to do, and leaves nothing behind."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse

from b24app.connect.states import remember
from b24app.models import Portal
from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.people.outsiders import LOGIN, Outsider
from tests.support.portal import PortalWithApp, installed_portal, new_portal
from tests.support.security.traces import row_counts
from tests.support.servers.another_app import another_app

IMPATIENT = "--config python:tests.unguarded.clicks.impatient"


@pytest.fixture
def person(app: App) -> Outsider:
    return Outsider(app)


def assert_told(page: Page, status: int, *words: str) -> None:
    """A page with a reason, and a way on that leads to the sign-in page."""
    assert page.status == status, page.text
    alert = page.soup.find(role="alert")
    assert alert is not None
    for each in words:
        assert each in alert.get_text(" ")
    assert page.soup.select_one(f"a.button[href^='{LOGIN}']")
    assert page.headers["referrer-policy"] == "no-referrer"


def exchanges(portal: PortalWithApp) -> int:
    calls = portal.calls("oauth.token")
    return len(calls)


def test_a_state_that_is_not_this_browser_s_is_refused_unasked(
    app: App, person: Outsider, portal: PortalWithApp
) -> None:
    query = person.reach(portal)
    for state in ({}, {"state": ""}, {"state": "made-up"}):
        forged = {key: value for key, value in query.items() if key != "state"} | state
        assert_told(person.arrive(forged), 400, "Begin again")
    victim = Outsider(app)
    victim.begin(portal.about["origin"])
    assert_told(victim.arrive(query), 400, "not begun in this browser")
    assert exchanges(portal) == 0
    assert not victim.has_session
    assert person.arrive(query).status == 200


def test_a_state_is_good_once(person: Outsider, portal: PortalWithApp) -> None:
    query = person.reach(portal)
    assert person.arrive(query).status == 200
    assert_told(person.arrive(query), 400, "used before")
    assert exchanges(portal) == 1


def test_a_state_is_good_for_ten_minutes(person: Outsider, portal: PortalWithApp) -> None:
    query = person.reach(portal)
    response = HttpResponse()
    with time_machine.travel(time.time() - 601):
        remember(response, query["state"], host=str(portal.about["host"]))
    person.cookies["app.localhost"] |= {k: each.value for k, each in response.cookies.items()}
    assert_told(person.arrive(query), 400, "too old", "ten minutes")
    assert exchanges(portal) == 0


def test_a_state_that_is_no_name_for_a_cookie_is_refused_in_words(person: Outsider) -> None:
    person.cookies["app.localhost"] = {"sign_in_a(b": "1"}
    assert_told(person.arrive({"state": "a(b", "code": "x"}), 403, "begin again")


def test_who_only_begins_leaves_no_row(person: Outsider, portal: PortalWithApp) -> None:
    before = row_counts()
    for _ in range(3):
        assert person.begin(portal.about["origin"]).status == 302
    query = person.reach(portal)
    assert row_counts() == before
    # Each sign-in that was begun can still be finished.
    assert person.arrive(query).status == 200


def test_a_code_is_good_for_half_a_minute(person: Outsider, portal: PortalWithApp) -> None:
    query = person.reach(portal)
    portal.standin.expire_codes(portal.name)
    assert_told(person.arrive(query, path="/"), 403, "half a minute", "Begin again")
    assert not person.has_session


def test_a_code_is_good_once(app: App, person: Outsider, portal: PortalWithApp) -> None:
    spent = person.reach(portal)
    person.arrive(spent)
    thief = Outsider(app)
    assert_told(thief.arrive(thief.reach(portal) | {"code": spent["code"]}), 403, "used twice")
    assert not thief.has_session


@pytest.mark.parametrize("returns", [True, False])
def test_cancelling_is_no_failure(person: Outsider, portal: PortalWithApp, returns: bool) -> None:
    portal.standin.switch(portal.name, cancel_returns=returns)
    there = person.send(person.begin(portal.about["origin"]).headers["location"])
    action = f"{portal.about['origin']}/oauth/authorize/"
    fields = {**there.form_fields("/oauth/authorize/"), "decision": "cancel"}
    page = person.follow(person.send(action, form=fields))
    if returns:
        assert_told(page, 403, "you are not signed in", "begin again")
    else:
        assert "Nothing was allowed." in page.text
    assert not person.has_session


def test_a_code_that_cannot_be_one_is_sent_nowhere(person: Outsider, portal: PortalWithApp) -> None:
    for code in ("", "short", "x" * 600, "a code with spaces", "'; DROP TABLE"):
        assert_told(person.arrive(person.reach(portal) | {"code": code}), 403)
    assert exchanges(portal) == 0


def test_a_code_of_another_portal_is_refused(
    app: App, person: Outsider, portal: PortalWithApp
) -> None:
    other = installed_portal(app)
    foreign = Outsider(app).reach(other)
    versions = [user.token_version for user in other.row.users.all()]
    query = person.reach(portal) | {"code": foreign["code"]}
    del query["member_id"]
    page = person.arrive(query)
    assert_told(page, 403, portal.about["host"], other.about["host"])
    assert [user.token_version for user in other.row.users.all()] == versions
    assert not User.objects.exists()


def test_a_member_id_that_is_not_the_proven_one_is_refused(
    person: Outsider, portal: PortalWithApp
) -> None:
    page = person.arrive(person.reach(portal) | {"member_id": "0" * 32})
    assert_told(page, 403, "another portal")
    assert not User.objects.exists()


def test_an_oauth_server_that_only_the_browser_named_is_never_asked(
    person: Outsider, portal: PortalWithApp
) -> None:
    query = person.reach(portal) | {"server_domain": f"evil.localhost:{portal.standin.port}"}
    portal.standin.clear_strays()
    assert person.arrive(query).status == 200
    assert not portal.standin.strays()


def test_a_renamed_portal_is_explained_and_found(person: Outsider, portal: PortalWithApp) -> None:
    person.be(portal, "admin")
    old, name = portal.about["host"], f"{portal.name}-new"
    about = portal.standin.change_portal(portal.name, rename=name)
    renamed = replace(portal, about=about)
    person.be(renamed, "admin")
    page = person.follow(person.begin(f"http://{old}"))
    assert_told(page, 403, f"You asked for {old}, but {about['host']} answered.", "new address")
    link = page.soup.select_one("a.button")
    assert link is not None
    form = person.open(str(link["href"]))
    assert form.form_fields(LOGIN)["portal"] == about["host"]
    assert person.follow(person.press(form, LOGIN)).status == 200
    assert portal.row.endpoint.host == about["host"]


def test_a_portal_without_the_app_is_told_to_install_it(
    person: Outsider, portal: PortalWithApp
) -> None:
    query = person.reach(portal)
    portal.standin.change_portal(portal.name, app_present=False)
    assert_told(person.arrive(query), 403, "does not accept the app's sign-in", "install the app")


def test_a_portal_whose_set_up_is_unfinished_stays_unknown(app: App, person: Outsider) -> None:
    fresh = new_portal(app)
    assert_told(person.sign_in(fresh), 403, "not installed")
    assert not Portal.objects.exists()


def test_an_oauth_server_in_trouble_is_said_to_be(person: Outsider, portal: PortalWithApp) -> None:
    for on in ("oauth.token", "oauth.app.info"):
        for do in ("drop_before", "html", "broken_json"):
            query = person.reach(portal)
            portal.standin.add_fault(portal.name, on, do)
            page = person.arrive(query)
            assert_told(page, 503, "sign-in service of Bitrix24", "Try again")
    assert not person.has_session


@pytest.mark.words
def test_an_oauth_server_that_never_answers_is_not_waited_for(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=IMPATIENT) as app:
        person = Outsider(app)
        query = person.reach(portal)
        portal.standin.add_fault(portal.name, "oauth.token", "hold", seconds=30)
        page = person.arrive(query)
        assert_told(page, 503, "sign-in service of Bitrix24", "Try again")
        assert not User.objects.exists()
        assert not person.has_session
        portal.standin.release(portal.name)
        assert person.sign_in(portal).status == 200


def test_a_portal_in_trouble_is_said_to_be(person: Outsider, portal: PortalWithApp) -> None:
    query = person.reach(portal)
    portal.standin.add_fault(portal.name, "batch", "html", status=502)
    assert_told(person.arrive(query), 502)


def test_whoever_is_no_administrator_reads_who_is(person: Outsider, portal: PortalWithApp) -> None:
    for user in ("sales", "reader", "guest"):
        page = person.sign_in(portal, user=user)
        assert_told(page, 403, f"Only administrators of {portal.about['host']}", "Administrator.")
    assert not User.objects.exists()
    assert not portal.row.users.exclude(user_id=1).exists()
    assert not person.has_session


@pytest.mark.parametrize(
    "change", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}]
)
def test_a_portal_never_opens_an_operator_s_session(
    app: App, person: Outsider, portal: PortalWithApp, change: dict[str, bool]
) -> None:
    person.sign_in(portal)
    User.objects.update(**change)
    again = Outsider(app)
    assert_told(again.sign_in(portal), 403, "cannot be used")
    assert not again.has_session


def test_an_operator_s_user_is_never_linked_to_a_portal(
    app: App, person: Outsider, portal: PortalWithApp
) -> None:
    operator = User.objects.create_superuser("operator", password="fake-password")
    session = SessionStore()
    session["_auth_user_id"] = str(operator.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = operator.get_session_auth_hash()
    session.create()
    person.cookies["app.localhost"] = {"sessionid": str(session.session_key)}
    form = person.send(f"{LOGIN}?process=connect")
    person.be(portal, "admin")
    asked = person.press(form, LOGIN, portal=portal.about["origin"], process="connect")
    assert person.follow(asked).status == 200
    [account] = SocialAccount.objects.all()
    assert account.user_id != operator.pk
