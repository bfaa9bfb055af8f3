"""Who may show the app: the proven portal, and nothing else around it. In a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.app import App
from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp, new_portal
from tests.support.security.traces import launch_of
from tests.support.servers.foes import VICTIM, at, form_to, frame, serve_foes
from tests.support.servers.sites import PAGE, Given

REFUSED = "frame-ancestors"
_EXPECTED = f"{REFUSED}|X-Frame-Options|ERR_BLOCKED_BY_RESPONSE"
TITLE = "Office coffee"
_BROWSERS_OWN = "chrome-error://chromewebdata/"
_LISTEN = "<script>heard = []; addEventListener('message', (e) => heard.push(e.data))</script>"
_ADD_FRAME = """src => {
    const frame = document.createElement("iframe");
    frame.src = src;
    document.body.append(frame);
}"""


def framing(launch: dict[str, Any], *, attributes: str = "") -> str:
    """A page that posts a person's own true launch into a frame of its own."""
    form = form_to(launch["url"], launch["fields"], target=VICTIM)
    return f"{frame(attributes=attributes)}{form}"


def assert_nothing_is_shown(page: Page, *, within: int = 0) -> None:
    """Of the app; `within` so many frames that the portal shows by right."""
    victim = page.frame(name=VICTIM)
    assert victim is not None
    # The browser's own page about a page that it does not show.
    victim.wait_for_url(_BROWSERS_OWN)
    framed = [each for each in page.frames if each.parent_frame]
    assert len([each for each in framed if TITLE in each.content()]) == within


SANDBOXES = ["", "sandbox", 'sandbox="allow-forms allow-scripts"']


@pytest.mark.parametrize("attributes", SANDBOXES, ids=["plain", "sandbox", "with scripts"])
def test_the_page_of_another_site_shows_nothing_of_a_true_launch(
    portal: PortalWithApp, browse: Visitor, attributes: str
) -> None:
    browse.allow(_EXPECTED)
    with serve_foes({"/": framing(launch_of(portal), attributes=attributes)}) as sites:
        with browse.page.expect_console_message(lambda message: REFUSED in message.text):
            browse.page.goto(at(sites, "/"))
        assert_nothing_is_shown(browse.page)


def test_nor_does_a_frame_of_it_within_the_portal(portal: PortalWithApp, browse: Visitor) -> None:
    """The portal shows the app beside it: every page around a frame has to be the portal's."""
    browse.allow(_EXPECTED)
    tab = browse.open_card(portal)
    expect(tab.get_by_role("heading", name=TITLE)).to_be_visible()
    with serve_foes({"/": framing(launch_of(portal))}) as sites:
        with browse.page.expect_console_message(lambda message: REFUSED in message.text):
            browse.page.evaluate(_ADD_FRAME, at(sites, "/"))
        assert_nothing_is_shown(browse.page, within=1)
    expect(tab.get_by_role("heading", name=TITLE)).to_be_visible()


def test_nor_a_frame_within_its_frame(portal: PortalWithApp, browse: Visitor) -> None:
    browse.allow(_EXPECTED)
    pages = {"/": framing(launch_of(portal)), "/outer": frame("/", name="outer")}
    with serve_foes(pages) as sites:
        with browse.page.expect_console_message(lambda message: REFUSED in message.text):
            browse.page.goto(at(sites, "/outer"))
        assert_nothing_is_shown(browse.page)


def test_no_page_for_people_stands_in_a_frame(app: App, browse: Visitor) -> None:
    browse.allow(_EXPECTED)
    paths = ("/", "/install/", "/accounts/bitrix24/login/", "/console/", "/legal/privacy/")
    with serve_foes({"/": "".join(frame(f"{app.origin}{path}") for path in paths)}) as sites:
        browse.page.goto(at(sites, "/"))
        for victim in browse.page.main_frame.child_frames:
            victim.wait_for_url(_BROWSERS_OWN)
    assert len(browse.page.main_frame.child_frames) == len(paths)


@pytest.mark.parametrize("is_malformed", [True, False], ids=["no launch", "nobody to ask"])
def test_words_about_trouble_may_be_framed_and_have_nothing_to_take_or_to_click(
    app: App, browse: Visitor, is_malformed: bool
) -> None:
    """The portal is not known yet, so that no address of it is: it reads what to do."""
    stranger = new_portal(app)
    launch = launch_of(stranger, user="admin")
    app.standin.add_fault(stranger.name, "oauth.app.info", "status", status=503)
    if is_malformed:
        launch["fields"]["PLACEMENT_OPTIONS"] = "none"
    with serve_foes({}) as sites:
        name = f"{sites.url('evil', '').removeprefix('http://')}|0|{'5' * 32}"
        foe = f"{_LISTEN}{frame(name=name)}{form_to(launch['url'], launch['fields'], target=name)}"
        sites.answer = lambda _: Given(f"{PAGE}{foe}")
        browse.allow("HTTP (400|503)|status of (400|503)")
        browse.page.goto(at(sites, "/"))
        shown = browse.page.frame_locator("iframe")
        expect(shown.get_by_role("alert")).to_be_visible()
        # Try again posts once more what the foe has posted.
        takes = "a, button:not([data-again]), input, select, form, [tabindex], [onclick]"
        expect(shown.locator(takes)).to_have_count(0)
        # Its frame claims to be a portal's, so that the page speaks to it, and says nothing.
        browse.page.wait_for_function("() => heard.length > 0")
        heard = json.dumps(browse.page.evaluate("heard"))
        [victim] = browse.page.main_frame.child_frames
        for secret in (stranger.name, stranger.member_id, *app.standin.secrets(), "Administrator"):
            assert secret not in victim.content() + heard
