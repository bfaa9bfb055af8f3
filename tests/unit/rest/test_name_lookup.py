"""Names that nobody answers for: whoever waits is let go in time, and nothing is sent."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from b24app.rest.errors import NotSent
from b24app.rest.name_lookup import Names
from b24app.rest.transport import ANSWER_SECONDS, post_json
from tests.support.app import ROOT
from tests.support.servers.silent_names import SERVERS
from tests.support.servers.sockets import http_answer, serve
from tests.support.waiting import at_once, await_condition
from tools.fake_environment import FAKE_ENVIRONMENT

SLACK = 0.6


class Directory:
    """A name server of the tests: silent for some names until it is released."""

    def __init__(self) -> None:
        self.is_released = threading.Event()
        self.asked: list[str] = []

    def look_up(self, name: str) -> list[str]:
        self.asked.append(name)
        if name.startswith("dead"):
            self.is_released.wait(30)
        if name.startswith("none"):
            raise socket.gaierror(-2, "Name or service not known")
        return ["192.0.2.1"]


@pytest.fixture
def directory() -> Iterator[Directory]:
    made = Directory()
    yield made
    made.is_released.set()


def ask(names: Names, name: str, seconds: float = 0.2) -> list[str] | str:
    try:
        return names.addresses(name, until=time.monotonic() + seconds)
    except OSError as error:
        return type(error).__name__


def threads_of_names() -> int:
    return sum(thread.name == "names" for thread in threading.enumerate())


def test_a_name_is_found_or_is_none(directory: Directory) -> None:
    names = Names(directory.look_up)
    assert ask(names, "acme") == ["192.0.2.1"]
    assert ask(names, "none") == "gaierror"
    assert [ask(names, "acme"), directory.asked] == [["192.0.2.1"], ["acme", "none", "acme"]]


def test_a_silent_server_holds_nobody_past_their_time(directory: Directory) -> None:
    names = Names(directory.look_up)
    began = time.monotonic()
    assert ask(names, "dead", 0.3) == "TimeoutError"
    assert 0.3 <= time.monotonic() - began < 0.3 + SLACK


def test_whoever_comes_later_waits_for_the_same_question(directory: Directory) -> None:
    names = Names(directory.look_up)
    assert at_once([partial(ask, names, "dead")] * 10) == ["TimeoutError"] * 10
    directory.is_released.set()
    assert ask(names, "dead", 5) == ["192.0.2.1"]
    assert len(directory.asked) <= 2


def test_the_threads_are_few_and_end_no_more_than_begin(directory: Directory) -> None:
    before = threads_of_names()
    names = Names(directory.look_up, threads=3)
    for turn in range(5):
        waits = [partial(ask, names, f"dead{turn}-{n}", 0.1) for n in range(20)]
        assert at_once(waits) == ["TimeoutError"] * 20
    assert threads_of_names() - before == 3
    assert len(directory.asked) == 3
    # What nobody waits for any more is not looked up.
    directory.is_released.set()
    assert ask(names, "acme", 5) == ["192.0.2.1"]
    assert len(directory.asked) == 4
    await_condition(lambda: not names._lookups)
    assert [ask(names, f"acme{n}", 5) for n in range(50)] == [["192.0.2.1"]] * 50
    assert threads_of_names() - before == 3


def test_a_few_dead_names_hold_up_no_other(directory: Directory) -> None:
    names = Names(directory.look_up)
    for number in range(8):
        assert ask(names, f"dead{number}", 0.01) == "TimeoutError"
    began = time.monotonic()
    assert ask(names, "acme", 5) == ["192.0.2.1"]
    assert time.monotonic() - began < SLACK


@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_a_call_whose_time_is_over_sends_nothing(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """The name is known at last, but too late for the call, which is over by then."""
    truth, is_released = socket.getaddrinfo, threading.Event()

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        is_released.wait(seconds + 1)
        return truth("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with serve(http_answer("{}")) as server:
        began = time.monotonic()
        with pytest.raises(NotSent):
            post_json(f"http://late{seconds}.example:{server.port}/", b"{}", seconds=seconds)
        took = time.monotonic() - began
        is_released.set()
        time.sleep(0.3)
    assert took < seconds + SLACK
    assert server.requests == []


@pytest.mark.slow
def test_two_silent_name_servers_hold_a_click_no_longer_than_promised(tmp_path: Path) -> None:
    """The true resolver and true packets, in a network and a mount of their own."""
    resolv = tmp_path / "resolv.conf"
    resolv.write_text("".join(f"nameserver {address}\n" for address in SERVERS))
    alone = ["unshare", "-n", "-m", *([] if os.geteuid() == 0 else ["-r"]), "sh", "-c"]
    ready = f"ip link set lo up && mount --bind {resolv} /etc/resolv.conf"
    if subprocess.run([*alone, ready], capture_output=True, check=False).returncode:
        # A computer that allows none still runs the rest; CI does without none.
        is_required = os.environ.get("CI") == "true" and os.geteuid() == 0
        (pytest.fail if is_required else pytest.skip)("no network namespace can be made here")
    asked = subprocess.run(
        [*alone, f"{ready} && exec {sys.executable} -m tests.support.servers.silent_names"],
        cwd=ROOT,
        env={**os.environ, **FAKE_ENVIRONMENT, "DJANGO_SETTINGS_MODULE": "b24app.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert asked.returncode == 0, asked.stderr
    came, seconds, is_asked, threads = asked.stdout.split()
    assert (came, is_asked) == ("NotSent", "True"), asked.stderr
    assert float(seconds) < ANSWER_SECONDS + SLACK
    assert int(threads) <= 3
