"""Messages to the frame that are none, or not the portal's: nothing happens.

No token comes by message: the frame asks its portal for height, reload and pages alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp
from tests.support.security.traces import launch_of
from tests.support.servers.foes import at, serve_foes

# Another app in the same card: it can reach the frame beside its own, and hears what is sent to it.
_LISTEN = "<script>heard = []; addEventListener('message', (e) => heard.push(e.data))</script>"
_ADD_FRAME = """src => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.onload = resolve;
    frame.src = src;
    document.body.append(frame);
})"""
_POST = "messages => { for (const each of messages) app.postMessage(each, '*') }"
_FROM_BESIDE = f"messages => {{ const app = parent.frames[0]; ({_POST})(messages) }}"
_FROM_AROUND = f"messages => {{ const app = frames[0]; ({_POST})(messages) }}"
_SENT = "() => window.standin.messages.map(({ command, callback }) => [command, callback])"
NONSENSE: list[object] = [
    "",
    ":",
    "::::",
    "getInitData",
    "getInitData::1:2",
    '{"method":"refreshAuth"}',
    "__proto__:{}",
    "constructor:{}",
    "x:{",
    "x:" + "[" * 50_000,
    "x" * 1_000_000,
    None,
    7,
    True,
    [],
    ["refreshAuth", {}],
    {"method": "refreshAuth", "params": {}, "callback": "x"},
    {"__proto__": {"isAdmin": True}},
]


@pytest.fixture
def beside(portal: PortalWithApp, browse: Visitor) -> Iterator[Frame]:
    """The frame of the other app; the tab of the deal "empty" is open and has met the portal."""
    tab = browse.open_card(portal, "empty")
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    browse.page.wait_for_function(
        "() => window.standin.messages.some(({ command }) => command === 'resizeWindow'"
        " || command === 'getInitData')"
    )
    with serve_foes({"/": _LISTEN}) as sites:
        browse.page.evaluate(_ADD_FRAME, at(sites, "/"))
        [frame] = [each for each in browse.page.frames if "evil" in each.url]
        yield frame
        assert frame.evaluate("heard") == []


def answers_to(page: Page, answer: object) -> list[object]:
    """An answer to everything that the app has ever asked of the portal."""
    return [f"{callback}:{json.dumps(answer)}" for _, callback in page.evaluate(_SENT)]


@pytest.mark.parametrize("is_portal", [False, True], ids=["from beside", "from the portal"])
def test_nonsense_changes_nothing(
    portal: PortalWithApp, browse: Visitor, beside: Frame, is_portal: bool
) -> None:
    asked: list[str] = []
    browse.page.on("request", lambda request: asked.append(request.url))
    tokens = launch_of(portal, user="admin")["fields"]
    messages = NONSENSE if is_portal else [*NONSENSE, *answers_to(browse.page, tokens)]
    where, post = (browse.page, _FROM_AROUND) if is_portal else (beside, _FROM_BESIDE)
    where.evaluate(post, messages)
    tab = browse.page.frame_locator("[role=tabpanel]:not([hidden]) iframe")
    expect(tab.get_by_role("alert")).to_be_empty()
    assert [url for url in asked if portal.app.host in url] == []
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("status")).to_contain_text("added")
    [payment] = portal.payments_of(portal.deal("empty"))
    assert payment["created_by"] == portal.about["users"]["sales"]
