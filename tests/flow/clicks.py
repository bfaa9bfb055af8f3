"""What a click on Add payment left on the page, and asking until its outcome is known."""

from __future__ import annotations

from tests.app import App
from tests.pages import Page
from tests.waiting import await_condition

ADD = "crm.item.payment.add"
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


def await_outcome(app: App, tab: Page, page: Page, *, seconds: float = 12.0) -> Page:
    """What the page says in the end, when it asks about the click of `page` as often as it may."""
    key = page.polled_key
    if key is None:
        return page

    def ask() -> Page | None:
        answer = app.ask_attempt(tab, key)
        return None if answer.polled_key else answer

    found = await_condition(ask, seconds)
    assert found is not None
    return found
