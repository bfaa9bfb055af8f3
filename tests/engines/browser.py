"""What a test may ask of a browser, whichever engine it has, and the keys that it knows.

JavaScript goes in as the source of a function with arguments that JSON can hold. `inside` means the
app's frame, the one frame of the portal's page.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any, Protocol

WIDTH, HEIGHT = 1280, 900
# Of WebDriver, classic and BiDi: https://www.w3.org/TR/webdriver2/#keyboard-actions
KEYS = {"Control": "\ue009", "Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c"}


class Gone(LookupError):
    """There is no such frame or element, or not any more."""


class Page(Protocol):
    """The one page of a person's browser, with what went wrong in it."""

    def open(self, url: str) -> None:
        """Go there, and wait until it has loaded."""

    def evaluate(self, function: str, *arguments: Any, inside: bool = True) -> Any:
        """What the function answers, as JSON holds it. Raises Gone."""

    def click(self, function: str, *arguments: Any, inside: bool = True) -> None:
        """Press the mouse's button on the middle of the element that the function answers."""

    def turn_wheel(self, function: str, *arguments: Any, pixels: int) -> None:
        """Turn the mouse's wheel over such an element inside."""

    def type(self, text: str, *, inside: bool = True) -> None:
        """Press the keys of a text."""

    def press(self, *keys: str, inside: bool = True) -> None:
        """Press keys together: the names of KEYS, or letters."""

    def resize(self, width: int, height: int = HEIGHT) -> None:
        """Make the page so wide, or as narrow as the window goes."""

    def set_cookies(self, origin: str, cookies: dict[str, str]) -> None:
        """Have cookies for the page's own site."""

    def troubles(self) -> list[str]:
        """What a developer would see go wrong."""


class Engine(Protocol):
    """A running browser."""

    name: str

    def visit(self) -> AbstractContextManager[Page]:
        """A page for one person, who has no cookies yet."""


def call(function: str, arguments: tuple[Any, ...]) -> str:
    """The call of a function as an expression."""
    return f"({function})(...{json.dumps(arguments)})"


def as_json(function: str, arguments: tuple[Any, ...]) -> str:
    """The same call, which answers JSON."""
    return f"JSON.stringify({call(function, arguments)} ?? null)"


def shown(function: str, arguments: tuple[Any, ...]) -> str:
    """The same call for an element, which comes into view."""
    found = call(function, arguments)
    return f"((e) => {{ e?.scrollIntoView({{ block: 'nearest' }}); return e; }})({found})"


def typing(text: str) -> list[dict[str, str]]:
    """The key actions of a text."""
    return [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]


def chord(keys: tuple[str, ...]) -> list[dict[str, str]]:
    """The key actions of keys pressed together."""
    values = [KEYS.get(key, key) for key in keys]
    downs = [{"type": "keyDown", "value": value} for value in values]
    return downs + [{"type": "keyUp", "value": value} for value in reversed(values)]


def clicking(origin: Any, *, x: int = 0, y: int = 0) -> list[dict[str, Any]]:
    """The mouse actions of a click at a place counted from an origin, as the protocol names it."""
    return [
        {"type": "pointerMove", "origin": origin, "x": x, "y": y},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]


def scrolling(origin: Any, pixels: int, *, x: int = 0, y: int = 0) -> list[dict[str, Any]]:
    """The action of a turn of the wheel at such a place."""
    by = {"deltaX": 0, "deltaY": pixels}
    return [{"type": "scroll", "origin": origin, "x": x, "y": y, **by}]
