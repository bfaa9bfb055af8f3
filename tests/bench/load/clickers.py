"""People at each contender's tab: a click, a double click, a click whose answer never comes."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol
from uuid import uuid4

from playwright.sync_api import Browser

from tests.bench.load.portals import launch_tab
from tests.bench.measuring.chromium import open_tab, person
from tests.bench.serving.contenders import ADD, Contender, Task
from tests.standin.client import StandIn
from tests.standin.portal import StandInPortal
from tests.support.app import HTMX, App
from tests.support.pages.page import Page
from tests.support.waiting import await_condition

ADDED, FAILED, SILENT = "added", "failed", "nothing"
_FOLLOW_SECONDS = 40.0
_APART_SECONDS = 0.02
_OUTCOME = re.compile("Added|Error")


class Clicker(Protocol):
    """Answers what the page said: added, failed, or nothing."""

    @property
    def title(self) -> str: ...
    @property
    def portal(self) -> StandInPortal: ...
    def click(self, deal: int) -> str: ...
    def click_twice(self, deal: int) -> str: ...
    def click_and_lose(self, deal: int) -> str:
        """The process that serves the click ends while the portal works on it."""

    def is_looked_up(self, deal: int) -> bool:
        """Whether the tab, opened again, finds out about the click by itself, and has done so."""


@dataclass(frozen=True)
class OurClicker:
    app: App
    portal: StandInPortal
    title: str = "this app"

    def click(self, deal: int) -> str:
        return self._press(self._open(deal), str(uuid4()))

    def click_twice(self, deal: int) -> str:
        page, key = self._open(deal), str(uuid4())
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(self._press, page, key)
            time.sleep(_APART_SECONDS)
            second = pool.submit(self._press, page, key)
            return ADDED if ADDED in (first.result(), second.result()) else FAILED

    def click_and_lose(self, deal: int) -> str:
        return _lose(self.app.worker_pids(), lambda: self.click(deal), self.portal, deal)

    def is_looked_up(self, deal: int) -> bool:
        page = self._open(deal)
        session = _session(page)
        return bool(page.polled_key) and self._follow(page, page.polled_key, session) == ADDED

    def _open(self, deal: int) -> Page:
        launch = launch_tab(self.portal, deal)

        def page() -> Page | None:
            try:
                found = self.app.send(launch.path, form=list(launch.fields.items()))
            except (OSError, HTTPException):
                return None
            return found if found.key else None

        found = await_condition(page, _FOLLOW_SECONDS)
        assert found is not None
        return found

    def _press(self, page: Page, key: str) -> str:
        form = [("key", key), ("seen", page.seen)]
        session = _session(page)
        answer = self.app.send("/payments/add/", form=form, headers=session)
        return self._follow(answer, key, session)

    def _follow(self, page: Page, key: str, session: dict[str, str]) -> str:
        until = time.monotonic() + _FOLLOW_SECONDS
        while page.polled_key and time.monotonic() < until:
            time.sleep(0.2)
            page = self.app.send(f"/payments/attempts/{key}/", headers=session)
        return ADDED if page.is_added else FAILED


def _session(page: Page) -> dict[str, str]:
    return {**HTMX, "Authorization": f"Bearer {page.bearer}"}


@dataclass(frozen=True)
class OfficialClicker:
    contender: Contender
    portal: StandInPortal

    @property
    def title(self) -> str:
        return self.contender.title

    def click(self, deal: int) -> str:
        request = self.contender.request(Task(ADD, self.portal, deal, []))
        head, _, body = request.partition(b"\r\n\r\n")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        client = StandIn(self.contender.port, timeout=60)
        path = head.split()[1].decode()
        answer = client.send(f"app.localhost:{client.port}", path, raw=body, headers=kind)
        return ADDED if answer.status == 200 else FAILED

    def click_twice(self, deal: int) -> str:
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(self.click, deal)
            time.sleep(_APART_SECONDS)
            second = pool.submit(self.click, deal)
            return ADDED if ADDED in (first.result(), second.result()) else FAILED

    def click_and_lose(self, deal: int) -> str:
        pids = self.contender.worker_pids()
        return _lose(pids, lambda: self.click(deal), self.portal, deal)

    def is_looked_up(self, deal: int) -> bool:
        return False


@dataclass(frozen=True)
class DirectClicker:
    browser: Browser
    portal: StandInPortal
    title: str = "page on b24jssdk"

    def click(self, deal: int) -> str:
        return self._at_tab(deal, "document.getElementById('add').click()")

    def click_twice(self, deal: int) -> str:
        twice = "(async () => { const button = document.getElementById('add'); button.click();"
        twice += f"await new Promise((end) => setTimeout(end, {_APART_SECONDS * 1000}));"
        return self._at_tab(deal, twice + " button.click(); })()")

    def click_and_lose(self, deal: int) -> str:
        with person(self.browser) as context:
            ready = "#add:not([disabled])"
            frame, _ = open_tab(context, self.portal, deal, ready=ready, is_slow=False)
            frame.evaluate("document.getElementById('add').click()")
            await_condition(lambda: self.portal.payments_of(deal))
        return SILENT

    def is_looked_up(self, deal: int) -> bool:
        return False

    def _at_tab(self, deal: int, script: str) -> str:
        with person(self.browser) as context:
            ready = "#add:not([disabled])"
            frame, _ = open_tab(context, self.portal, deal, ready=ready, is_slow=False)
            frame.evaluate(script)
            said = frame.locator("#state").filter(has_text=_OUTCOME)
            said.wait_for()
            time.sleep(_APART_SECONDS * 10)
            return ADDED if said.inner_text() == "Added" else FAILED


def _lose(pids: list[int], click: Callable[[], str], portal: StandInPortal, deal: int) -> str:
    """Click, and kill the processes once the payment is there and its answer is not."""
    with ThreadPoolExecutor(1) as pool:
        clicked = pool.submit(click)
        await_condition(lambda: portal.payments_of(deal))
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        lost = clicked.exception()
    return SILENT if lost is not None else FAILED
