"""Who comes to the console's door, and how each gets in: by the pages that a browser uses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from dataclasses import dataclass

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.test import Client

from tests.support.waiting import await_condition

PASSWORD = "obviously-fake-password"
SEED = base64.b32encode(b"obviously fake seed!").decode()
_PERIOD = 30


@dataclass(frozen=True)
class Person:
    """An account, and the seed of its authenticator app if it has one."""

    user: User
    seed: str = ""

    @property
    def name(self) -> str:
        return self.user.get_username()


def code_of(seed: str) -> str:
    """What an authenticator app shows (RFC 6238), at a moment when it stays for some seconds."""
    await_condition(lambda: time.time() % _PERIOD < _PERIOD - 5)
    counter = struct.pack(">Q", int(time.time()) // _PERIOD)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def make_person(name: str, *, is_staff: bool = True, has_factor: bool = True) -> Person:
    """An account; staff made so is a superuser, as `createsuperuser` makes them."""
    user = User.objects.create_user(name, password=PASSWORD)
    User.objects.filter(pk=user.pk).update(is_staff=is_staff, is_superuser=is_staff)
    user.refresh_from_db()
    if not has_factor:
        return Person(user)
    TOTP.activate(user, SEED)
    RecoveryCodes.activate(user)
    return Person(user, SEED)


def sign_in(client: Client, person: Person) -> None:
    """Password, then the code of the app if there is one."""
    form = {"login": person.name, "password": PASSWORD}
    answer = client.post("/accounts/login/", form)
    assert answer.status_code == 302, answer.content.decode()
    if person.seed:
        assert answer["Location"] == "/accounts/2fa/authenticate/"
        answer = client.post(answer["Location"], {"code": code_of(person.seed)})
        assert answer.status_code == 302, answer.content.decode()
