"""The page of another site, in the browser of somebody who works in a portal: posts and reads."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp
from tests.support.security.traces import dump
from tests.support.servers.foes import at, form_to, serve_foes

ADD = "/payments/add/"
# How a page asks without asking the other site first: no header of its own, an answer unseen.
_FETCH = """async ([url, body, mode, headers]) => {
    const options = { method: "POST", mode, headers, credentials: "include", body };
    try {
        const answer = await fetch(url, { ...options, body: new URLSearchParams(body) });
        return `${answer.type} ${await answer.text()}`;
    } catch (error) {
        return error.name;
    }
}"""


def test_its_form_adds_nothing_even_with_a_stolen_bearer(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = portal.open_tab("empty")
    form = tab.form_fields(ADD)
    assert form["frame_session"] == tab.bearer
    before = dump()
    browse.allow("HTTP 403|status of 403")
    with serve_foes({"/": form_to(f"{portal.app.origin}{ADD}", form)}) as sites:
        browse.page.goto(at(sites, "/"))
        alert = browse.page.get_by_role("alert")
        expect(alert).to_contain_text("You may not open this page.")
    assert dump() == before
    assert portal.payments_of(portal.deal("empty")) == []
    # The same form from the page that it stands in.
    assert portal.app.press_add(tab, wants_page=True).status == 200
    assert len(portal.payments_of(portal.deal("empty"))) == 1


@pytest.mark.parametrize("mode", ["no-cors", "cors"])
def test_its_script_neither_adds_nor_reads(
    portal: PortalWithApp, browse: Visitor, mode: str
) -> None:
    tab = portal.open_tab("empty")
    form = tab.form_fields(ADD)
    bare = {name: value for name, value in form.items() if name != "frame_session"}
    asked = [
        (form, {}),
        (bare, {}),
        (bare, {"Authorization": f"Bearer {tab.bearer}"}),
        (bare, {"X-Frame-Session": tab.bearer, "HX-Request": "true"}),
    ]
    before = dump()
    portal.standin.clear_calls(portal.name)
    browse.allow("HTTP 40[0-9]|status of 40[0-9]|CORS policy|net::ERR_FAILED")
    with serve_foes({"/": ""}) as sites:
        browse.page.goto(at(sites, "/"))
        for body, headers in asked:
            read = browse.page.evaluate(_FETCH, [f"{portal.app.origin}{ADD}", body, mode, headers])
            assert read == ("opaque " if mode == "no-cors" else "TypeError")
    assert dump() == before
    assert portal.calls() == []
