"""What a page gets instead of the app's answer: nothing, or a page of somebody on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route


def cut(route: Route) -> None:
    route.abort()


def answered_by_a_proxy(route: Route) -> None:
    page = "<!doctype html><title>Wi-Fi</title><p id=alert hx-swap-oob=true>Please sign in.</p>"
    route.fulfill(status=200, content_type="text/html", body=page)


each_no_answer = pytest.mark.parametrize("no_answer", [cut, answered_by_a_proxy])
