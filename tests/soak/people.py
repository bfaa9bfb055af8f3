"""People at their tabs: each clicks, follows the outcome, and sometimes does what people do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from typing import Any

from tests.soak.plan import AND_LEAVE, AND_RELOAD, NO_TROUBLE, TWICE, Choices
from tests.support.app import HTMX, App
from tests.support.pages.page import Page

_POLL_SECONDS = 0.25
_TRIES = 40
_PATH = "/payments/add/"
# A token of the stand-in.
_SECRET = re.compile("[0-9a-f]{70}")
_OF_OTHERS = "so yours was not added"


@dataclass
class Click:
    """One intention to add one payment; `told` is what the person was told last about it.

    `told` is "added", "not added", or "" when they left, or saw the list alone.
    """

    portal: str
    deal: int
    user: str
    key: str
    trouble: str
    manner: str
    told: str = ""


@dataclass
class Person:
    """Somebody with the tab of a deal open; every answer's time in seconds is noted."""

    app: App
    portal: str
    user: str
    deals: list[int]
    choices: Choices
    clicks: list[Click] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _page: Page = field(default_factory=lambda: Page(0, {}, ""))
    _key: str = ""
    _seen: str = ""

    def click(self, deal: int) -> None:
        """One click and its outcome, as far as this person waits for it."""
        last = self.clicks[-1] if self.clicks else None
        if last is None or last.deal != deal or self._key in ("", last.key):
            self._open(deal)
        trouble, manner = self.choices.trouble(), self.choices.manner()
        if self._page.polled_key:
            self._follow(self._page, self._page.polled_key)
        made = Click(self.portal, deal, self.user, self._key, trouble.title, manner)
        self.clicks.append(made)
        if trouble is not NO_TROUBLE:
            standin = self.app.standin
            standin.add_fault(self.portal, trouble.on, trouble.do, **trouble.args)
        answer = self._press(made)
        if manner == AND_LEAVE:
            self._key = ""
            return
        if answer is None or manner == AND_RELOAD:
            answer = self._open(deal)
            if answer.polled_key != made.key:
                return
        made.told = self._follow(answer, made.key)

    def _press(self, click: Click) -> Page | None:
        """The answer to the click, or to the second of two; None when no answer came.

        Who is told of somebody else's payment clicks again, with the key of the page that told it.
        """
        for _ in range(_TRIES):
            form = [("key", click.key), ("seen", self._seen)]
            if click.manner == TWICE:
                with ThreadPoolExecutor(2) as pool:
                    both = [pool.submit(self._send, _PATH, form=form) for _ in range(2)]
                answers = [each.result() for each in both]
                told = [each for each in answers if each is not None]
                answer = next((each for each in told if each.is_added), told[-1] if told else None)
            else:
                answer = self._send(_PATH, form=form)
                told = [] if answer is None else [answer]
            if told and all(_OF_OTHERS in each.body for each in told):
                self.clicks.insert(-1, replace(click, told="not added"))
                click.key = self._key
            elif answer is None or not answer.is_unsaved:
                return answer
            else:
                time.sleep(_POLL_SECONDS)
        return None

    def _follow(self, page: Page, key: str) -> str:
        """Ask about a click as the page does, for as long as a person stays; what they were told.

        The page may ask about another tab's click on the same card: that says nothing of this one.
        """
        until = time.monotonic() + self.choices.plan.patience_seconds
        while page.polled_key or not (page.is_added or page.is_refusal):
            if page.has_choice or page.status == 404 or time.monotonic() > until:
                self._key = ""
                return ""
            if page.polled_key not in ("", key):
                self._follow(Page(0, {}, ""), page.polled_key)
                return ""
            time.sleep(_POLL_SECONDS)
            page = self._send(f"/payments/attempts/{key}/") or page
            if page.is_unsaved:
                page = Page(0, {}, "")
        return "added" if page.is_added else "not added"

    def _open(self, deal: int) -> Page:
        """The tab of the deal, opened until it is there."""
        options = {"ID": str(deal)}
        for _ in range(_TRIES):
            made = self.app.standin.launch(
                self.portal, user=self.user, placement="CRM_DEAL_DETAIL_TAB", options=options
            )
            path = made["url"].removeprefix(self.app.origin)
            page = self._send(path, form=list(made["fields"].items()))
            if page is not None and page.key:
                return page
            time.sleep(_POLL_SECONDS)
        raise TimeoutError(f"deal {deal} of {self.portal} did not open")

    def _send(self, path: str, **request: Any) -> Page | None:
        """One request in the session of the tab; None when no answer came."""
        headers = {**HTMX, "Authorization": f"Bearer {self._page.bearer}"}
        if not path.startswith("/payments/"):
            headers = {}
        began = time.monotonic()
        try:
            page = self.app.send(path, headers=headers, **request)
        except (OSError, HTTPException):
            return None
        finally:
            self.seconds.append(time.monotonic() - began)
        if page.status >= 500 and not (page.is_unsaved or 'role="alert"' in page.body):
            self.failures.append(f"{path.partition('?')[0]} answered {page.status}")
        if _SECRET.search(f"{page.body} {page.headers}"):
            self.failures.append(f"{path.partition('?')[0]} told a token")
        if page.bearer:
            self._page = page
        if page.key:
            self._key, self._seen = page.key, page.seen
        return page


def all_at_work(people: list[Person], *, after: Callable[[], None]) -> None:
    """Everybody clicks at the same time; raises the first error that a person met."""
    with ThreadPoolExecutor(len(people)) as pool:
        shares = people[0].choices.plan.shares()
        pairs = zip(people, shares, strict=True)
        work = [pool.submit(_click_through, person, share, after) for person, share in pairs]
        for each in work:
            each.result()


def _click_through(person: Person, count: int, after: Callable[[], None]) -> None:
    """So many clicks, deal after deal, while there is time."""
    plan = person.choices.plan
    until = time.monotonic() + plan.most_seconds
    for number in range(count):
        if time.monotonic() > until:
            return
        person.click(person.deals[number // plan.clicks_per_deal % len(person.deals)])
        after()
