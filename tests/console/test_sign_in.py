"""Signing in: the second factor is demanded and set up on the first visit; guesses are limited."""

from __future__ import annotations

import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from tests.console.conftest import new_client
from tests.support.app import App
from tests.support.pages.console import get, post, say_who_you_are
from tests.support.people.operators import PASSWORD, SEED, Person, code_of, make_person, sign_in

ACTIVATE = "/accounts/2fa/totp/activate/"


def test_staff_sets_up_a_second_factor_and_only_then_sees_the_console(client: Client) -> None:
    stella = make_person("stella", has_factor=False)
    sign_in(client, stella)
    page = say_who_you_are(client, ACTIVATE)
    assert "Activate Authenticator App" in page.text
    seed = str(page.soup.select_one("#authenticator_secret")["value"])  # type: ignore[index]
    assert "data:image/svg+xml" in page.body
    page = post(client, ACTIVATE, code=code_of(seed))
    assert "Enter an authenticator code" in page.text
    codes = "/accounts/2fa/recovery-codes/"
    again = f"/accounts/2fa/reauthenticate/?next={codes}"
    page = post(client, again, code=code_of(seed), next=codes)
    assert len(page.soup.select(".codes li")) == 10
    assert get(client, "/console/").status == 200
    assert get(client, "/admin/").status == 200


def test_a_session_older_than_the_second_factor_gets_nothing_until_it_gives_a_code(
    client: Client,
) -> None:
    stella = make_person("stella", has_factor=False)
    sign_in(client, stella)
    elsewhere = new_client()
    sign_in(elsewhere, stella)
    seed = get_seed(client)
    post(client, ACTIVATE, code=code_of(seed))
    for path in ("/console/", "/admin/", "/accounts/2fa/totp/deactivate/"):
        assert "Enter an authenticator code" in get(elsewhere, path).text


GUESSED = ["pavel-petrov-1", "short-one", "administrator", "159357258456"]


@pytest.mark.parametrize("password", GUESSED)
def test_no_operator_gets_a_password_that_is_easily_guessed(password: str) -> None:
    pavel = User(username="pavel-petrov")
    validate_password("obviously-fake-password", pavel)
    with pytest.raises(ValidationError):
        validate_password(password, pavel)


@pytest.mark.parametrize("password", GUESSED)
def test_without_the_validators_they_would(password: str, settings: LazySettings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = []
    validate_password(password, User(username="pavel-petrov"))


def get_seed(client: Client) -> str:
    page = say_who_you_are(client, ACTIVATE)
    return str(page.soup.select_one("#authenticator_secret")["value"])  # type: ignore[index]


def test_who_gives_up_the_second_factor_is_led_to_a_new_one(
    operator: Person, client: Client
) -> None:
    path = "/accounts/2fa/totp/deactivate/"
    assert "Are you sure?" in say_who_you_are(client, path).text
    assert "Activate Authenticator App" in post(client, path).text
    assert client.get("/console/")["Location"] == ACTIVATE


def test_a_recovery_code_opens_the_console_once(client: Client) -> None:
    person = make_person("olga")
    kept = Authenticator.objects.get(user=person.user, type="recovery_codes").wrap()
    [code, *_] = kept.get_unused_codes()
    for is_first in (True, False):
        browser = new_client()
        post(browser, "/accounts/login/", login=person.name, password=PASSWORD)
        post(browser, "/accounts/2fa/authenticate/", code=code)
        assert (browser.get("/console/").status_code == 200) is is_first


def test_a_code_counts_once(client: Client) -> None:
    person = make_person("olga")
    code = code_of(person.seed)
    for is_first in (True, False):
        browser = new_client()
        post(browser, "/accounts/login/", login=person.name, password=PASSWORD)
        post(browser, "/accounts/2fa/authenticate/", code=code)
        assert (browser.get("/console/").status_code == 200) is is_first


def test_the_seed_is_sealed_at_rest(operator: Person) -> None:
    kept = Authenticator.objects.filter(user=operator.user)
    assert len(kept) == 2
    for each in kept:
        assert SEED not in str(each.data)
        assert re.search(r"'fake:[A-Za-z0-9+/=]+'", str(each.data))


def test_a_seed_that_does_not_open_is_no_failure(client: Client) -> None:
    person = make_person("olga")
    Authenticator.objects.update(data={"secret": "lost:AAAA", "seed": "lost:AAAA", "used_mask": 0})
    post(client, "/accounts/login/", login=person.name, password=PASSWORD)
    page = post(client, "/accounts/2fa/authenticate/", code="123456")
    assert (page.status, "Incorrect code." in page.text) == (200, True)


def test_no_session_row_holds_a_secret_of_the_operator(operator: Person, client: Client) -> None:
    say_who_you_are(client, "/accounts/2fa/recovery-codes/")
    [session] = Session.objects.all()
    text = str(session.get_decoded())
    assert SEED not in text
    assert PASSWORD not in text


def test_wrong_guesses_are_counted_across_processes(client: Client, app: App) -> None:
    person = make_person("olga")
    for number in range(5):
        assert "not correct" in guess(app, person.name, f"wrong-{number}")
    form = {"login": person.name, "password": PASSWORD}
    here = client.post("/accounts/login/", form, headers={"host": app.host})
    assert "Too many failed login attempts" in here.content.decode()


def guess(app: App, name: str, password: str) -> str:
    """One attempt by HTTP at the running app."""
    first = app.send("/accounts/login/")
    cookie = first.headers["set-cookie"].split(";")[0]
    fields = [*first.form_fields("/accounts/login/").items()]
    form = [field for field in fields if field[0] == "csrfmiddlewaretoken"]
    form += [("login", name), ("password", password)]
    headers = {"Cookie": cookie, "Origin": app.origin}
    return app.send("/accounts/login/", form=form, headers=headers).text


def test_an_account_that_was_closed_stays_outside(operator: Person, client: Client) -> None:
    operator.user.is_active = False
    operator.user.save()
    assert client.get("/console/")["Location"].startswith("/accounts/login/")
    page = post(client, "/accounts/login/", login=operator.name, password=PASSWORD)
    assert "not correct" in page.text or "inactive" in page.text


def test_signing_out_ends_the_session(operator: Person, client: Client) -> None:
    post(client, "/admin/logout/")
    assert client.get("/console/").status_code == 302
    assert client.get("/admin/").status_code == 302


def test_who_lost_the_second_factor_begins_anew(operator: Person, client: Client) -> None:
    call_command("forget_factor", operator.name)
    assert client.get("/console/")["Location"] == ACTIVATE
    with pytest.raises(CommandError, match="no account"):
        call_command("forget_factor", "nobody")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
    ],
)
def test_guesses_from_one_network_of_ipv6_are_counted_together(address: str, counted: str) -> None:
    """Else each guess could come from an address of its own, and push the counters out."""
    request = RequestFactory().get("/accounts/login/", REMOTE_ADDR=address)
    assert get_adapter().get_client_ip(request) == counted
