"""Answers that are lost, late or unreadable: one payment or none, and the tab says which."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, await_outcome, can_add, key_of, told
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.waiting import at_once

FAILURE = '{"error":"INTERNAL_SERVER_ERROR","error_description":"It broke."}'


@dataclass(frozen=True)
class Loss:
    """A fault on the way of an add; `made` payments are in the portal afterwards."""

    do: str
    made: int
    args: dict[str, Any] = field(default_factory=dict)


LOSSES = [
    Loss("drop_before", 0),
    Loss("drop_after", 1),
    Loss("html", 0, {"status": 502}),
    Loss("html", 1, {"status": 502, "when": "after"}),
    Loss("html", 0, {"status": 503}),
    Loss("html", 1, {"status": 200, "when": "after"}),
    Loss("html", 0, {"status": 500, "body": FAILURE}),
    Loss("html", 1, {"status": 500, "body": FAILURE, "when": "after"}),
    Loss("status", 0, {"status": 500}),
    Loss("status", 1, {"status": 504, "when": "after"}),
    Loss("broken_json", 0, {"when": "before"}),
    Loss("broken_json", 1),
    Loss("half_body", 0, {"when": "before"}),
    Loss("half_body", 1),
    Loss("huge_body", 1, {"bytes": 5 * 2**20}),
    Loss("answer", 0, {"result": 0}),
]


def lose(portal: PortalWithApp, loss: Loss) -> tuple[Page, Page]:
    """The first answer to a click into `loss`, and what the page says in the end."""
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, loss.do, **loss.args)
    first = portal.app.press_add(tab)
    assert say.UNCLEAR in told(first) or first.polled_key == "", told(first)
    assert can_add(first) is (first.polled_key == "")
    return first, await_outcome(portal.app, tab, first)


def assert_told_truly(portal: PortalWithApp, loss: Loss, page: Page) -> None:
    """What the page says is what the portal has, and nothing was sent twice."""
    made = portal.payments_of(portal.deal("fresh"))
    assert len(made) == loss.made, (loss, told(page))
    assert len(portal.calls(ADD)) == 1 + bool(portal.row.unbatchable), loss
    if made:
        expected = f"{say.CHECKED} {made[0]['account_number']} was added"
        assert page.status_text.startswith(expected), (loss, told(page))
        assert page.payment_numbers == [made[0]["account_number"]], loss
    else:
        assert say.NOT_ADDED in told(page) or say.NOT_CREATED in told(page), (loss, told(page))
    assert can_add(page), loss


@pytest.mark.parametrize("switches", [{}, REFUSED_IN_BATCH], ids=["in a batch", "alone"])
def test_a_lost_answer_is_cleared_up_and_the_next_click_adds_exactly_one(
    app: App, switches: dict[str, Any]
) -> None:
    portals = [installed_portal(app, switches=switches) for _ in LOSSES]
    pairs = list(zip(portals, LOSSES, strict=True))
    answers = at_once([partial(lose, portal, loss) for portal, loss in pairs])
    for (portal, loss), (_, last) in zip(pairs, answers, strict=True):
        assert_told_truly(portal, loss, last)
        again = app.press_add(portal.open_tab())
        assert again.status_text.startswith("Payment "), (loss, told(again))
        assert len(portal.payments_of(portal.deal("fresh"))) == loss.made + 1, loss


def test_a_batch_that_says_nothing_of_the_add_is_no_reason_to_send_it_again(
    portal: PortalWithApp,
) -> None:
    nothing: dict[str, Any] = {"result": {"result": {}, "result_error": {}}}
    loss = Loss("json", 1, {"value": nothing, "when": "after"})
    _, last = lose(portal, loss)
    assert_told_truly(portal, loss, last)


def test_the_page_says_at_once_that_it_does_not_know_yet(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    page = portal.app.press_add(tab)
    assert say.UNCLEAR in page.alert_text, told(page)
    assert page.polled_key == key_of(tab)
    assert not can_add(page)
    reloaded = portal.open_tab()
    assert reloaded.polled_key == key_of(tab)
    assert not can_add(reloaded)


def test_an_answer_that_comes_after_we_gave_up_is_found_whenever_the_work_was_done(
    app: App,
) -> None:
    """The one slow test: it waits as long as the app waits for a portal."""
    losses = [
        Loss("hold", 1, {"seconds": 30, "when": "after"}),
        Loss("hold", 1, {"seconds": 13, "when": "before"}),
        Loss("hold", 0, {"seconds": 30, "when": "before"}),
        Loss("slow_drip", 1, {"seconds": 60}),
    ]
    portals = [installed_portal(app) for _ in losses]
    pairs = list(zip(portals, losses, strict=True))
    answers = at_once([partial(lose, portal, loss) for portal, loss in pairs])
    for (portal, loss), (first, last) in zip(pairs, answers, strict=True):
        assert say.UNCLEAR in told(first), loss
        assert_told_truly(portal, loss, last)
