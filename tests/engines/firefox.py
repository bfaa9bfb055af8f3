"""Firefox, driven by WebDriver BiDi, which it speaks by itself: no geckodriver is needed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.engines.bidi import PATIENCE_S, Bidi, BidiError
from tests.engines.browser import (
    HEIGHT,
    WIDTH,
    Gone,
    as_json,
    chord,
    clicking,
    scrolling,
    shown,
    typing,
)
from tests.support.waiting import await_condition

_EVENTS = ["log.entryAdded", "network.responseCompleted", "network.fetchError"]
# Nothing is fetched but what the pages ask for; English, as the other engines have it.
_PREFERENCES = {
    "intl.accept_languages": "en-GB",
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "extensions.update.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}
# A page that is left cancels what it was still loading.
_CANCELLED = "NS_BINDING_ABORTED"


@dataclass
class FirefoxPage:
    """A tab in a user context of its own, which has cookies of its own."""

    bidi: Bidi
    person: str
    tab: str

    def open(self, url: str) -> None:
        self.bidi.send("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def evaluate(self, function: str, *arguments: Any, inside: bool = True) -> Any:
        return json.loads(self._run(as_json(function, arguments), inside)["value"])

    def click(self, function: str, *arguments: Any, inside: bool = True) -> None:
        actions = clicking(self._element(function, arguments, inside))
        self._act("pointer", actions, inside, parameters={"pointerType": "mouse"})

    def turn_wheel(self, function: str, *arguments: Any, pixels: int) -> None:
        self._act("wheel", scrolling(self._element(function, arguments, True), pixels), True)

    def type(self, text: str, *, inside: bool = True) -> None:
        self._act("key", typing(text), inside)

    def press(self, *keys: str, inside: bool = True) -> None:
        self._act("key", chord(keys), inside)

    def resize(self, width: int, height: int = HEIGHT) -> None:
        size = {"width": width, "height": height}
        self.bidi.send("browsingContext.setViewport", context=self.tab, viewport=size)

    def set_cookies(self, origin: str, cookies: dict[str, str]) -> None:
        domain = origin.partition("://")[2].partition(":")[0]
        partition = {"type": "storageKey", "userContext": self.person}
        for name, text in cookies.items():
            value = {"type": "string", "value": text}
            cookie = {"name": name, "value": value, "domain": domain}
            self.bidi.send("storage.setCookie", cookie=cookie, partition=partition)

    def troubles(self) -> list[str]:
        self.bidi.send("session.status")
        return [trouble for event in self.bidi.events if (trouble := _trouble(*event))]

    def _context(self, inside: bool) -> str:
        if not inside:
            return self.tab
        [page] = self.bidi.send("browsingContext.getTree", root=self.tab)["contexts"]
        if not page["children"]:
            raise Gone("no frame")
        return str(page["children"][0]["context"])

    def _run(self, expression: str, inside: bool) -> dict[str, Any]:
        answer = self.bidi.send(
            "script.evaluate",
            expression=expression,
            target={"context": self._context(inside)},
            awaitPromise=False,
        )
        if answer["type"] == "exception":
            raise BidiError(answer["exceptionDetails"]["text"])
        return dict(answer["result"])

    def _element(self, function: str, arguments: tuple[Any, ...], inside: bool) -> dict[str, Any]:
        found = self._run(shown(function, arguments), inside)
        if found["type"] != "node":
            raise Gone(f"no element {arguments}")
        return {"type": "element", "element": {"sharedId": found["sharedId"]}}

    def _act(self, kind: str, actions: list[Any], inside: bool, **more: Any) -> None:
        source = {"type": kind, "id": kind, "actions": actions, **more}
        context = self._context(inside)
        self.bidi.send("input.performActions", context=context, actions=[source])


def _trouble(method: str, about: dict[str, Any]) -> str | None:
    if method == "log.entryAdded":
        is_bad = about["level"] in ("error", "warn")
        return f"console {about['level']}: {about['text']}" if is_bad else None
    url = about["request"]["url"]
    if method == "network.fetchError":
        is_cancelled = about["errorText"] == _CANCELLED
        return None if is_cancelled else f"request failed: {url} {about['errorText']}"
    status = about["response"]["status"]
    return f"HTTP {status}: {url}" if status >= 400 else None


@dataclass
class Firefox:
    """A running Firefox."""

    bidi: Bidi
    name: str = "Firefox"

    @contextmanager
    def visit(self) -> Iterator[FirefoxPage]:
        person = self.bidi.send("browser.createUserContext")["userContext"]
        made = self.bidi.send("browsingContext.create", type="tab", userContext=person)
        page = FirefoxPage(self.bidi, person, made["context"])
        page.resize(WIDTH)
        self.bidi.events.clear()
        try:
            yield page
        finally:
            self.bidi.send("browser.removeUserContext", userContext=person)


@contextmanager
def start_firefox(program: str) -> Iterator[Firefox]:
    """A Firefox without a window, with a profile that is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="deal-payments-") as home:
        profile = Path(home, "profile")
        profile.mkdir()
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", str(profile)]
        with subprocess.Popen(
            [*command, "--remote-debugging-port=0", "about:blank"],
            env={**os.environ, "HOME": home},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                address = await_condition(lambda: _address(profile), PATIENCE_S)
                with connect(address, max_size=None, open_timeout=PATIENCE_S) as socket:
                    bidi = Bidi(socket)
                    bidi.send("session.new", capabilities={})
                    bidi.send("session.subscribe", events=_EVENTS)
                    yield Firefox(bidi)
                    bidi.send("browser.close")
                    process.wait(10)
            finally:
                process.kill()


def _address(profile: Path) -> str:
    """Where the browser listens, or nothing until it has written that down."""
    try:
        at = json.loads((profile / "WebDriverBiDiServer.json").read_text())
    except (FileNotFoundError, ValueError):
        return ""
    return f"ws://{at['ws_host']}:{at['ws_port']}/session"
