"""Many people of one portal who click at once, each on a page that asks as often as it may."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.app import App
from tests.support.bucket import Bucket
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, click_until_done
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import another_app, open_tab_at


@contextmanager
def paced_app(shared: App, folder: Path, bucket: Bucket) -> Iterator[App]:
    """Two processes that know the bucket, beside the shared app, which knows none."""
    with another_app(shared, folder, workers=2, **bucket.environment) as app:
        yield app


def open_tabs(portal: PortalWithApp, people: Sequence[int | str], *, each: int) -> list[Page]:
    """`each` tabs a person, every one on a deal of its own; in the order of turns."""
    add_deal = portal.standin.add_deal
    return [
        open_tab_at(portal.app, portal, add_deal(portal.name, title="Deal")["id"], user=person)
        for _ in range(each)
        for person in people
    ]


def limit(portal: PortalWithApp, bucket: Bucket) -> None:
    """From now on the portal has this bucket, which is empty."""
    portal.standin.clear_calls(portal.name)
    portal.standin.switch(portal.name, bucket=bucket.switch)


def click_all(app: App, tabs: Sequence[Page], *, apart: float = 0.0) -> list[Page]:
    """What all the clicks came to; each begins `apart` seconds after the one before."""
    with ThreadPoolExecutor(len(tabs)) as pool:
        clicks = []
        for tab in tabs:
            clicks.append(pool.submit(click_until_done, app, tab))
            time.sleep(apart)
        return [click.result() for click in clicks]


def adds(portal: PortalWithApp) -> list[dict[str, Any]]:
    """The ledger's requests with an add in them, in order."""
    return portal.calls(ADD)


def refusals(portal: PortalWithApp) -> int:
    """How often the portal said that its limit was reached."""
    return [call["error"] for call in portal.calls()].count("QUERY_LIMIT_EXCEEDED")
