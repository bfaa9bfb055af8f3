"""What a click on Add payment left on the page, and asking until its outcome is known."""

from __future__ import annotations

import re
import time

from b24app.frame.session import read_session
from payments.tab.addresses import address_of
from tests.support.app import HTMX, App
from tests.support.pages.page import Page
from tests.support.waiting import await_condition

ADD = "crm.item.payment.add"
LONGEST_SECONDS = 400.0
REFUSED_IN_BATCH = {"batch_forbids": [ADD]}


def told(page: Page) -> str:
    """All that the status line and the alert say."""
    return f"{page.status_text} {page.alert_text}".strip()


def can_add(page: Page) -> bool:
    """Whether Add payment is there, or stays there, and takes a click."""
    click = page.soup.select_one("#click")
    has_button = page.has_add_button or not page.soup.find(id="add")
    return click is not None and has_button and not click.has_attr("data-held")


def key_of(tab: Page) -> str:
    """The key of the next click on this page."""
    return tab.form_fields("/payments/add/")["key"]


def address_on(tab: Page, payment_id: int, name: str) -> str:
    """The address of a payment's button on this card, whether or not the tab offers it."""
    return address_of(name, payment_id, read_session(tab.bearer))


def await_outcome(app: App, tab: Page, page: Page, *, seconds: float = 12.0) -> Page:
    """What the page says in the end, when it asks about the click of `page` as often as it may."""
    key = page.polled_key
    if not key:
        return page

    def ask() -> Page | None:
        answer = app.ask_attempt(tab, key)
        return None if answer.polled_key else answer

    found = await_condition(ask, seconds)
    assert found is not None
    return found


def choose(app: App, tab: Page, asking: Page, payment: str) -> Page:
    """The answer to the question of the page `asking`; an empty `payment` is none of these."""
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    path = f"/payments/attempts/{key_of(tab)}/choice/"
    form = {**asking.form_fields(path), "payment": payment}
    return app.send(path, form=list(form.items()), headers=headers)


def click_until_done(app: App, tab: Page) -> Page:
    """A click, and the asking of its page in the rhythm that the app gives it."""
    page = app.press_add(tab)
    deadline = time.monotonic() + LONGEST_SECONDS
    while (key := page.polled_key) and time.monotonic() < deadline:
        time.sleep(pause_of(page))
        page = app.ask_attempt(tab, key)
    return page


def pause_of(page: Page) -> float:
    """The seconds after which the page asks again."""
    asking = page.soup.select_one("#check[hx-trigger]")
    found = re.search(r"delay:(\d+)s", str(asking["hx-trigger"])) if asking else None
    return float(found[1]) if found else 1.0
