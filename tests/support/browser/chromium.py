"""A Chromium for tests, and visitors in it: nothing may go wrong in silence.

A pytest plugin with the fixtures `chromium`, `whole_chromium` and `browse`. The first is the engine
without the browser around it, at about half the processor's time. The second is for what the
browser decides: it blocks the cookies of a frame from another site by `Network.setCookieControls`
of the DevTools protocol, sent to each page, which a bare engine does not obey (Chromium 156). It
does so in a profile that allows them too, where the flag `--test-third-party-cookie-phaseout` has
no effect any more. Partitioned cookies (CHIPS) are kept, as browsers keep them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FrameLocator,
    Page,
    Playwright,
    Request,
    Response,
    WebError,
    expect,
    sync_playwright,
)

from tests.support.browser.fit import await_fitted
from tools.install.chromium import launch_options

ARGUMENTS = [
    # A frame in a process of its own is clicked by a picture of where it was a moment ago, and a
    # frame that grows meanwhile is missed.
    "--disable-site-isolation-trials",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_THIRD_PARTY_COOKIES = {
    "enableThirdPartyCookieRestriction": True,
    "disableThirdPartyCookieMetadata": True,
    "disableThirdPartyCookieHeuristics": True,
}
# A busy machine is no defect of the page.
PATIENCE_MS = 20_000
SCREENSHOTS = "SCREENSHOTS"
DEAL_TAB = "CRM_DEAL_DETAIL_TAB"
VIEWPORT = {"width": 1280, "height": 900}
# A page that is left cancels what it was still loading.
_CANCELLED = "net::ERR_ABORTED"


class Bitrix24(Protocol):
    """A portal as the fixtures describe it."""

    @property
    def about(self) -> dict[str, Any]: ...


@dataclass
class Visitor:
    """Somebody at a browser of their own; `troubles` is what a developer would see go wrong."""

    context: BrowserContext
    troubles: list[str] = field(default_factory=list)
    _allowed: list[re.Pattern[str]] = field(default_factory=list)
    _page: Page | None = None

    @property
    def page(self) -> Page:
        """The first tab of the browser."""
        if self._page is None:
            self._page = self.new_page()
        return self._page

    def new_page(self) -> Page:
        """One more tab; frames from other sites have no cookies in it."""
        page = self.context.new_page()
        self.context.new_cdp_session(page).send("Network.setCookieControls", NO_THIRD_PARTY_COOKIES)
        return page

    def enter(self, portal: Bitrix24, *, user: str = "sales", lang: str = "en") -> None:
        """Be this user of the portal, in this language of its interface."""
        origin = portal.about["origin"]
        user_id = str(portal.about["users"][user])
        self.context.add_cookies(
            [
                {"name": "standin_user", "value": user_id, "url": origin},
                {"name": "standin_lang", "value": lang, "url": origin},
            ]
        )

    def open_card(
        self,
        portal: Bitrix24,
        deal: int | str = "fresh",
        user: str = "sales",
        *,
        lang: str = "en",
        page: Page | None = None,
        is_whole: bool = True,
    ) -> FrameLocator:
        """The app's tab in the card of a deal, given by id or nickname; answers its frame.

        It stands still by then, unless `is_whole` says that not all of it will come.
        """
        self.enter(portal, user=user, lang=lang)
        about = portal.about
        number = about["deals"][deal] if isinstance(deal, str) else deal
        shown = page or self.page
        shown.goto(f"{about['origin']}/crm/deal/details/{number}/?tab={DEAL_TAB}")
        frame = shown.frame_locator("[role=tabpanel]:not([hidden]) iframe")
        if is_whole:
            await_fitted(frame)
        return frame

    def screenshot(self, name: str, *, page: Page | None = None) -> None:
        """Keep a picture of the whole page in the folder named by the variable SCREENSHOTS."""
        folder = os.environ.get(SCREENSHOTS)
        if folder:
            path = Path(folder) / f"{name}.png"
            (page or self.page).screenshot(path=path, full_page=True)

    def allow(self, pattern: str) -> None:
        """Expect a trouble: a test that breaks something says what the browser will complain of."""
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [
            trouble
            for trouble in self.troubles
            if not any(each.search(trouble) for each in self._allowed)
        ]

    def watch(self) -> None:
        """Note troubles from now on; violations of a content policy come as console errors."""
        self.context.on("console", self._hear)
        self.context.on("weberror", self._catch)
        self.context.on("requestfailed", self._miss)
        self.context.on("response", self._answer)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location["url"]
            self.troubles.append(f"console {message.type}: {message.text} ({where})")

    def _catch(self, error: WebError) -> None:
        self.troubles.append(f"page error: {error.error}")

    def _miss(self, request: Request) -> None:
        if request.failure != _CANCELLED:
            self.troubles.append(f"request failed: {request.url} {request.failure}")

    def _answer(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"HTTP {response.status}: {response.url}")


@contextmanager
def visit(chromium: Browser, **options: Any) -> Iterator[Visitor]:
    """A visitor with a fresh profile; `options` are those of Playwright's `new_context`.

    Raises AssertionError at the end if something went wrong that was not allowed.
    """
    settings = {"viewport": VIEWPORT, "locale": "en-GB", "timezone_id": "UTC", **options}
    context = chromium.new_context(**settings)
    visitor = Visitor(context)
    visitor.watch()
    try:
        yield visitor
    finally:
        context.close()
    assert not visitor.unexpected(), "\n".join(visitor.unexpected())


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers, for the whole run.

    It keeps an event loop in this thread from here on, which Django takes for a reason to refuse
    queries; they are safe, because nothing else runs in the loop.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE_MS)
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium without a window's interface."""
    with playwright.chromium.launch(**launch_options(is_whole=False), args=ARGUMENTS) as browser:
        yield browser


@pytest.fixture(scope="session")
def whole_chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium as people have it."""
    with playwright.chromium.launch(**launch_options(is_whole=True), args=ARGUMENTS) as browser:
        yield browser


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Visitor]:
    """A visitor for one test, which fails if the browser had anything to complain of."""
    with visit(chromium) as visitor:
        yield visitor
