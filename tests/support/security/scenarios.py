"""What happens to a guard: the same scene for the app with it and for an app without it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import open_tab_at
from tests.support.waiting import at_once, await_condition

SALES = 7
# Until then a busy machine has sent every click; a renewal is awaited longer.
_HELD_SECONDS = 18


def payments_for_one_key(app: App, portal: PortalWithApp, *, threads: int = 16) -> int:
    """How many payments come of one click that arrives many times at once."""
    tab = open_tab_at(app, portal)
    at_once([partial(app.press_add, tab)] * threads)
    return len(portal.payments_of(portal.deal("fresh")))


def payments_for_one_lost_answer(
    app: App, portal: PortalWithApp, do: str = "drop_after", **args: Any
) -> int:
    """How many payments come of one click whose answer is lost after the work was done."""
    tab = open_tab_at(app, portal)
    portal.standin.add_fault(portal.name, ADD, do, **args)
    app.press_add(tab)
    return len(portal.payments_of(portal.deal("fresh")))


def pages_on_an_expired_pair(app: App, portal: PortalWithApp, *, count: int) -> list[Page]:
    """Clicks on as many deals at once, all with one token that is too old.

    The refresh is held until every click has been refused, so that all of them ask for it.
    """
    add_deal = portal.standin.add_deal
    deals = [add_deal(portal.name, title=f"Deal {n}")["id"] for n in range(count)]
    tabs = [open_tab_at(app, portal, deal) for deal in deals]
    portal.standin.clear_calls(portal.name)
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.add_fault(portal.name, "oauth.token", "hold", seconds=_HELD_SECONDS, times=None)

    def all_refused() -> bool:
        errors = [call["error"] for call in portal.calls()]
        return errors.count("expired_token") >= count and "oauth.token" in _methods(portal)

    with ThreadPoolExecutor(1) as pool:
        pages = pool.submit(at_once, [partial(app.press_add, tab) for tab in tabs])
        await_condition(all_refused, _HELD_SECONDS)
        portal.standin.clear_faults(portal.name)
        return pages.result()


def refreshes(portal: PortalWithApp) -> int:
    """How often the OAuth server was asked for a new pair."""
    return _methods(portal).count("oauth.token")


def _methods(portal: PortalWithApp) -> list[str]:
    return [call["method"] for call in portal.calls()]
