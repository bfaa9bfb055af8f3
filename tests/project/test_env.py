"""The start: a missing or malformed value ends it with one line that names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.fake_environment import FAKE_ENVIRONMENT

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
KEY = FAKE_ENVIRONMENT["TOKEN_KEYS"].partition(":")[2]
SERVING = {
    **FAKE_ENVIRONMENT,
    "APP_URL": "https://pay.example.com",
    "ALLOWED_HOSTS": "pay.example.com",
    "B24_OAUTH_SERVERS": "https://oauth.bitrix.info",
    "B24_ALLOW_INSECURE_PORTALS": "0",
    "B24_STANDIN": "0",
    "DATABASE_URL": "sqlite://:memory:",
}


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """`manage.py check` with the environment of a server and some variables changed or gone."""
    variables = {**SERVING, **changes}
    clean = {name: value for name, value in os.environ.items() if name not in SERVING}
    given = {name: value for name, value in variables.items() if value is not None}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env={**clean, **given}, capture_output=True, text=True)


def assert_stopped(done: subprocess.CompletedProcess[str], name: str) -> None:
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert name in done.stderr


def test_a_whole_environment_starts() -> None:
    done = start()
    assert done.returncode == 0, done.stderr


def test_development_needs_nothing_but_the_flag() -> None:
    done = start(**{**dict.fromkeys(SERVING), "DEBUG": "1"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "ALLOWED_HOSTS", "B24_CLIENT_ID", "B24_CLIENT_SECRET", "TOKEN_KEYS"]
)
def test_a_missing_value_is_named(name: str) -> None:
    assert_stopped(start(**{name: None}), name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "yes"),
        ("ALLOWED_HOSTS", " , "),
        ("APP_URL", "pay.example.com"),
        ("APP_URL", "https://pay.example.com/sub"),
        ("APP_URL", "https://pay.example.com:port"),
        ("APP_URL", "https://[::1"),
        ("B24_OAUTH_SERVERS", ","),
        ("B24_OAUTH_SERVERS", "oauth.bitrix.info"),
        ("B24_OAUTH_SERVERS", "http://oauth.bitrix.info"),
        ("B24_REQUEST_LIMIT_SECONDS", "0"),
        ("B24_REQUEST_LIMIT_SECONDS", "1.5"),
        ("B24_TOKEN_REQUESTS_BY_GET", "true"),
        ("B24_ALLOW_INSECURE_PORTALS", "1"),
        ("B24_STANDIN", "on"),
        ("TASKS", "celery"),
        ("TOKEN_KEYS", KEY),
        ("TOKEN_KEYS", "main:short"),
        ("TOKEN_KEYS", "main:ключ"),
        ("TOKEN_KEYS", f"main:{KEY},main:{KEY}"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "oracledb://app@db/payments"),
        ("DATABASE_URL", "postgres://app@db:port/payments"),
    ],
)
def test_a_malformed_value_is_named(name: str, value: str) -> None:
    assert_stopped(start(**{name: value}), name)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("TOKEN_KEYS", KEY, KEY),
        ("TOKEN_KEYS", f"{KEY}:{KEY}", KEY),
        ("DATABASE_URL", "postgres://app:fakepassword/1@db/payments", "fakepassword"),
    ],
)
def test_the_line_does_not_repeat_a_secret(name: str, value: str, secret: str) -> None:
    done = start(**{name: value})
    assert done.returncode != 0
    assert secret not in done.stderr + done.stdout
