"""Chromium, driven by Playwright as in the other browser tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, ElementHandle, Error, Frame

from tests.engines.browser import HEIGHT, Gone, as_json, shown
from tests.support.browser.chromium import Visitor, visit


@dataclass
class ChromiumPage:
    """A page of a visitor, who has troubles of his own."""

    visitor: Visitor

    def open(self, url: str) -> None:
        self.visitor.page.goto(url)

    def evaluate(self, function: str, *arguments: Any, inside: bool = True) -> Any:
        try:
            return json.loads(self._frame(inside).evaluate(as_json(function, arguments)))
        except Error as error:
            if "context was destroyed" in str(error) or "detached" in str(error):
                raise Gone(str(error)) from error
            raise

    def click(self, function: str, *arguments: Any, inside: bool = True) -> None:
        self._element(function, arguments, inside=inside).click()

    def turn_wheel(self, function: str, *arguments: Any, pixels: int) -> None:
        self._element(function, arguments, inside=True).hover()
        self.visitor.page.mouse.wheel(0, pixels)

    def type(self, text: str, *, inside: bool = True) -> None:
        self.visitor.page.keyboard.type(text)

    def press(self, *keys: str, inside: bool = True) -> None:
        self.visitor.page.keyboard.press("+".join(keys))

    def resize(self, width: int, height: int = HEIGHT) -> None:
        self.visitor.page.set_viewport_size({"width": width, "height": height})

    def set_cookies(self, origin: str, cookies: dict[str, str]) -> None:
        for name, value in cookies.items():
            self.visitor.context.add_cookies([{"name": name, "value": value, "url": origin}])

    def troubles(self) -> list[str]:
        # Playwright hears of things while it asks for one.
        self.visitor.page.evaluate("0")
        return self.visitor.troubles

    def _frame(self, inside: bool) -> Frame:
        page = self.visitor.page
        if not inside:
            return page.main_frame
        place = page.query_selector("iframe")
        frame = place.content_frame() if place else None
        if frame is None:
            raise Gone("no frame")
        return frame

    def _element(self, function: str, arguments: tuple[Any, ...], *, inside: bool) -> ElementHandle:
        handle = self._frame(inside).evaluate_handle(shown(function, arguments)).as_element()
        if handle is None:
            raise Gone(f"no element {arguments}")
        return handle


@dataclass
class Chromium:
    """The Chromium of the whole run."""

    browser: Browser
    name: str = "Chromium"

    @contextmanager
    def visit(self) -> Iterator[ChromiumPage]:
        with visit(self.browser) as visitor:
            yield ChromiumPage(visitor)
