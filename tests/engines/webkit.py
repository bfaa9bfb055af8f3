"""WebKit: its driver, which speaks classic WebDriver, its browser, and a display for both.

The protocol: https://www.w3.org/TR/webdriver2/
WebKit tells a driver nothing of its console, and writes none of a private page, as a driven one is.
So each document gets ears at the first look into it. They hear what comes later: errors of scripts,
the console (htmx tells of bad answers there), what did not load, violations of the content policy.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

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
from tests.support.app import free_port
from tests.support.waiting import await_condition

PATIENCE_S = 60.0
_SCREEN = "1400x1000x24"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_GONE = {"no such frame", "no such window", "no such element", "stale element reference"}
_EARS = """() => {
  if (window.heard) return;
  window.heard = [];
  const hear = (text) => window.heard.push(String(text));
  for (const level of ["error", "warn"]) {
    const write = console[level];
    console[level] = (...words) => {
      hear(`console ${level}: ${words.join(" ")}`);
      write.apply(console, words);
    };
  }
  const miss = ({ message, target }) =>
    hear(message ? `page error: ${message}` : `not loaded: ${target.src ?? target.href}`);
  addEventListener("error", miss, { capture: true });
  addEventListener("unhandledrejection", ({ reason }) => hear(`page error: ${reason}`));
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    hear(`policy: ${violatedDirective} ${blockedURI}`));
}"""
_MIDDLE = """(element) => {
  const { x, y, width, height } = element?.getBoundingClientRect() ?? {};
  return element && [x + width / 2, y + height / 2];
}"""
_IN_WINDOW = """(x, y) => {
  const frame = document.querySelector("iframe");
  const top = () => frame.getBoundingClientRect().y + frame.clientTop + y;
  if (top() < 0 || top() >= innerHeight) scrollBy(0, top() - innerHeight / 2);
  return [frame.getBoundingClientRect().x + frame.clientLeft + x, top()];
}"""
_HEARD = "() => window.heard"


class WebDriverError(Exception):
    """The driver refused a command."""


@dataclass
class WebKitPage:
    """The window of a session. `_inside` is where the driver looks; None is not known."""

    port: int
    session: str = ""
    _inside: bool | None = field(default=None, repr=False)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a command; answers its value. Raises Gone, WebDriverError, OSError."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            text = None if body is None else json.dumps(body)
            at = f"/session/{self.session}{path}" if self.session else path
            connection.request(method, at, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            connection.close()
        if answer.status == 200:
            return value
        raised = Gone if value["error"] in _GONE else WebDriverError
        raise raised(f"{path}: {value['error']}: {value['message']}")

    def open(self, url: str) -> None:
        self._look(inside=False)
        self.send("POST", "/url", {"url": url})
        self._inside = None

    def evaluate(self, function: str, *arguments: Any, inside: bool = True) -> Any:
        return json.loads(self._run(as_json(function, arguments), inside))

    def click(self, function: str, *arguments: Any, inside: bool = True) -> None:
        actions = clicking("viewport", **self._place(function, arguments, inside))
        self._act("pointer", actions, parameters={"pointerType": "mouse"})

    def turn_wheel(self, function: str, *arguments: Any, pixels: int) -> None:
        place = self._place(function, arguments, inside=True)
        self._act("wheel", scrolling("viewport", pixels, **place))

    def type(self, text: str, *, inside: bool = True) -> None:
        self._look(inside)
        self._act("key", typing(text))

    def press(self, *keys: str, inside: bool = True) -> None:
        self._look(inside)
        self._act("key", chord(keys))

    def resize(self, width: int, height: int = HEIGHT) -> None:
        self.send("POST", "/window/rect", {"x": 0, "y": 0, "width": width, "height": height})

    def set_cookies(self, origin: str, cookies: dict[str, str]) -> None:
        """A driver sets the cookies of the site that it shows; any address of it will do."""
        self.open(f"{origin}/_pages/icon.svg")
        for name, value in cookies.items():
            self.send("POST", "/cookie", {"cookie": {"name": name, "value": value}})

    def troubles(self) -> list[str]:
        found: list[str] = []
        for inside in (False, True):
            with suppress(Gone):
                found += self.evaluate(_HEARD, inside=inside)
        return found

    def _look(self, inside: bool) -> None:
        if self._inside is inside:
            return
        self._inside = None
        self.send("POST", "/frame", {"id": None})
        if inside:
            frame = self._execute("return document.querySelector('iframe')")
            if frame is None:
                raise Gone("no frame")
            self.send("POST", "/frame", {"id": frame})
        self._inside = inside

    def _run(self, expression: str, inside: bool) -> Any:
        self._look(inside)
        try:
            return self._execute(f"({_EARS})(); return {expression}")
        except Gone:
            self._inside = None
            raise

    def _execute(self, script: str) -> Any:
        return self.send("POST", "/execute/sync", {"script": script, "args": []})

    def _place(self, function: str, arguments: tuple[Any, ...], inside: bool) -> dict[str, int]:
        """The middle of an element in the window, seen: the driver counts a frame's own wrongly."""
        middle = self.evaluate(f"() => ({_MIDDLE})({shown(function, arguments)})", inside=inside)
        if middle is None:
            raise Gone(f"no element {arguments}")
        x, y = self.evaluate(_IN_WINDOW, *middle, inside=False) if inside else middle
        self._look(inside=False)
        return {"x": round(x), "y": round(y)}

    def _act(self, kind: str, actions: list[Any], **more: Any) -> None:
        source = {"type": kind, "id": kind, "actions": actions, **more}
        self.send("POST", "/actions", {"actions": [source]})


@dataclass
class WebKit:
    """A running WebKit, whose only window everybody gets in turn."""

    page: WebKitPage
    name: str = "WebKit"

    @contextmanager
    def visit(self) -> Iterator[WebKitPage]:
        self.page.resize(WIDTH)
        try:
            yield self.page
        finally:
            self.page.open("about:blank")


@contextmanager
def start_webkit(browser: str) -> Iterator[WebKit]:
    """The driver with its browser on a display of their own; all are gone at the end."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="deal-payments-"))
        environment = {
            **os.environ,
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "DISPLAY": f":{stack.enter_context(_display())}",
            "GDK_BACKEND": "x11",
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        page = WebKitPage(free_port())
        stack.enter_context(_running(["WebKitWebDriver", f"--port={page.port}"], environment))
        await_condition(lambda: _is_ready(page), PATIENCE_S)
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        made = page.send("POST", "/session", {"capabilities": wanted})
        page.session = made["sessionId"]
        yield WebKit(page)
        page.send("DELETE", "")


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def _display() -> Iterator[str]:
    """The number of a new display."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", _SCREEN, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                yield told.readline().strip()
        finally:
            process.terminate()


def _is_ready(page: WebKitPage) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return bool(page.send("GET", "/status")["ready"])
    return False
