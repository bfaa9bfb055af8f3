"""Signing in through a portal: the way there and back, and who comes out at the end."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import User

from b24app.models import Portal, PortalUser
from tests.support.app import App
from tests.support.people.outsiders import CALLBACK, LOGIN, PORTAL, Outsider, sessions
from tests.support.portal import PortalWithApp, installed_portal, new_portal
from tests.support.security.traces import dump

NO_ADDRESSES = [
    "",
    "acme",
    "127.0.0.1",
    "http://[::1]/",
    "javascript://acme.bitrix24.com/%0aalert(1)",
    "ftp://acme.bitrix24.com",
    "https://user:pass@acme.bitrix24.com",
    "https://acme.bitrix24.com\\@evil.example",
    "https://acme.bitrix24.com:0",
    "//evil.example",
    "a" * 301,
    "<script>.example.com",
]


@pytest.fixture
def person(app: App) -> Outsider:
    return Outsider(app)


def test_an_administrator_signs_in_from_outside(person: Outsider, portal: PortalWithApp) -> None:
    page = person.sign_in(portal)
    assert (page.status, page.soup.h1 and page.soup.h1.get_text()) == (200, portal.about["host"])
    assert "Everything is in order." in page.text
    assert "Administrator" in page.text
    [user] = User.objects.all()
    rights = (user.is_staff, user.is_superuser, user.has_usable_password(), bool(user.email))
    assert not any(rights)
    [account] = SocialAccount.objects.all()
    assert account.uid == f"{portal.member_id}:{portal.about['users']['admin']}"
    assert account.extra_data == {}


def test_the_portal_hears_the_client_id_and_the_state_alone(
    person: Outsider, portal: PortalWithApp
) -> None:
    location = urlsplit(person.begin(portal.about["origin"]).headers["location"])
    assert f"{location.scheme}://{location.netloc}" == portal.about["origin"]
    assert location.path == "/oauth/authorize/"
    query = dict(parse_qsl(location.query))
    assert set(query) == {"client_id", "state"}
    assert query["client_id"] == "local.standin.app"


@pytest.mark.parametrize("address", ["main", "callback"])
def test_the_app_s_card_may_name_either_way_back(
    person: Outsider, portal: PortalWithApp, address: str
) -> None:
    portal.standin.switch(portal.name, return_address=address)
    person.be(portal, "admin")
    there = person.send(person.begin(portal.about["origin"]).headers["location"])
    path = urlsplit(there.headers["location"]).path
    assert path == {"main": "/", "callback": CALLBACK}[address]
    assert person.follow(there).status == 200
    assert person.has_session


def test_the_main_page_passes_a_code_on_at_once(person: Outsider, portal: PortalWithApp) -> None:
    query = person.reach(portal)
    passed = person.send(f"/?code={query['code']}&state={query['state']}&next=//evil.example")
    assert passed.status == 302
    assert passed.headers["cache-control"] == "no-store"
    assert passed.headers["referrer-policy"] == "no-referrer"
    target = urlsplit(passed.headers["location"])
    assert (target.netloc, target.path) == ("", CALLBACK)
    assert dict(parse_qsl(target.query)) == {key: query[key] for key in ("code", "state")}
    assert person.follow(passed).status == 200


def test_every_other_visit_of_the_main_page_is_for_people(app: App) -> None:
    for query in ("", "?code=abc", "?state=abc", "?x=1"):
        page = app.send(f"/{query}")
        assert page.status == 200
        link = page.soup.find("a", string="Sign in as a portal administrator")
        assert link is not None
        assert link["href"] == LOGIN  # type: ignore[index]
    assert app.send("/?code=abc&state=abc", method="HEAD").status == 200


def test_asking_the_person_works_too(person: Outsider, portal: PortalWithApp) -> None:
    there = person.send(person.begin(portal.about["origin"]).headers["location"])
    asked = person.press(there, "/oauth/authorize/")  # an address of the app: nothing is there
    assert asked.status == 404
    action = f"{portal.about['origin']}/oauth/authorize/"
    fields = there.form_fields("/oauth/authorize/")
    page = person.follow(person.send(action, form={**fields, "user": 1, "decision": "allow"}))
    assert page.status == 200
    assert person.has_session


def test_an_address_may_be_pasted_as_it_is(person: Outsider, portal: PortalWithApp) -> None:
    host = portal.about["host"]
    pasted = (host, f" {host} ", f"http://{host}/crm/deal/?x=1#y", f"{host.upper()}/")
    for address in pasted:
        asked = person.begin(address)
        assert asked.headers["location"].startswith(f"http://{host}/oauth/authorize/?")


def test_what_is_no_portal_s_address_leads_nowhere(person: Outsider) -> None:
    for address in NO_ADDRESSES:
        page = person.begin(address)
        assert page.status == 400, address
        error = page.soup.find(id="portal-error")
        assert error is not None
        assert error.get_text(strip=True)
        assert "location" not in page.headers
        assert not page.soup.select("main script")


def test_a_sign_in_begins_with_our_own_form_alone(person: Outsider, portal: PortalWithApp) -> None:
    person.be(portal, "admin")
    address = portal.about["origin"]
    assert person.send(f"{LOGIN}?portal={address}&process=connect").status == 200
    foreign = person.send(LOGIN, form={"portal": address})
    assert (foreign.status, "location" in foreign.headers) == (403, False)
    assert "cookies" in foreign.text
    assert sessions() == []


def test_equal_user_ids_in_two_portals_are_two_people(
    app: App, person: Outsider, portal: PortalWithApp
) -> None:
    other = installed_portal(app)
    person.sign_in(portal)
    Outsider(app).sign_in(other)
    person.sign_in(portal)
    accounts = SocialAccount.objects.all()
    assert {a.uid for a in accounts} == {f"{portal.member_id}:1", f"{other.member_id}:1"}
    assert len({a.user_id for a in accounts}) == 2
    assert {str(user) for user in User.objects.all()} == {
        f"bitrix24.{p.member_id}.1" for p in (portal, other)
    }


def test_a_portal_that_the_oauth_server_vouches_for_becomes_known(app: App) -> None:
    fresh = new_portal(app, installed=True)
    page = Outsider(app).sign_in(fresh)
    assert page.status == 200
    assert "Something is missing." in page.text
    assert fresh.row.state == Portal.State.INSTALLING


def test_signing_in_replaces_the_tokens_of_that_person_alone(
    person: Outsider, portal: PortalWithApp
) -> None:
    portal.open_tab(user="sales")
    before = {user.user_id: user.token_version for user in portal.row.users.all()}
    person.sign_in(portal)
    after = {user.user_id: user.token_version for user in portal.row.users.all()}
    assert after == {**before, 1: before[1] + 1}


def test_no_secret_stays_in_a_table_a_session_a_log_or_a_page(
    app: App, person: Outsider, portal: PortalWithApp
) -> None:
    page = person.sign_in(portal)
    other_page = person.open(PORTAL)
    spent = person.arrive(person.reach(portal) | {"code": "f" * 70})
    assert spent.status == 403
    person.reach(portal)
    assert SocialToken.objects.count() == 0
    assert PortalUser.objects.exclude(access_token="").count() == 1
    secrets = app.standin.secrets()
    assert len(secrets) > 10
    contents = sessions()
    assert contents
    shown = f"{page.body} {page.headers} {other_page.body} {spent.body}"
    for text in (dump(), str(contents), app.log(), shown):
        assert not [secret for secret in secrets if secret in text]
