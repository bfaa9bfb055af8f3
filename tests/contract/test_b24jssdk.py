"""The official JavaScript library runs in its frame in the stand-in's pages, in a real Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.contract.throwaway import EVENTS, ThrowAway
from tests.standin.portal import StandInPortal
from tests.support.browser.chromium import DEAL_TAB, Visitor
from tests.support.waiting import await_condition

FRESH = re.compile(r"\b[0-9a-f]{70}\b")


@pytest.fixture
def tab(portal: StandInPortal, throwaway: ThrowAway) -> StandInPortal:
    """A portal with the throw-away app in the cards of its deals."""
    portal.result("placement.bind", "admin", PLACEMENT=DEAL_TAB, HANDLER=f"{throwaway.origin}/tab/")
    return portal


def run(frame: FrameLocator, script: str, argument: Any = None) -> Any:
    """What an async arrow function over (b24, argument) answers in the app's page."""
    expect(frame.locator("#state")).to_have_text("Ready")
    source = f"(_, argument) => ({script})(window.b24, argument)"
    return frame.locator("body").evaluate(source, argument)


CALL = """async (b24, {method, params}) => {
    try {
        const answer = await b24.actions.v2.call.make({method, params});
        return {isSuccess: answer.isSuccess, result: answer.getData()?.result,
            messages: answer.getErrorMessages(), codes: [...answer.getErrors()].map((e) => e.code)};
    } catch (error) {
        return {isSuccess: false, thrown: true, codes: [error.code], messages: [error.message],
            status: error.status};
    }
}"""


def ask(frame: FrameLocator, method: str, **params: Any) -> Any:
    return run(frame, CALL, {"method": method, "params": params})


def test_the_frame_learns_where_and_whose_it_is(tab: StandInPortal, browse: Visitor) -> None:
    frame = browse.open_card(tab, "fresh", "sales", lang="de")
    about = run(
        frame,
        """async (b24) => ({auth: b24.auth.getAuthData(), isAdmin: b24.auth.isAdmin,
            placement: b24.placement.placement, options: b24.placement.options,
            lang: b24.getLang(), isFirstRun: b24.isFirstRun, isInstall: b24.isInstallMode})""",
    )
    assert FRESH.fullmatch(about["auth"]["access_token"])
    assert FRESH.fullmatch(about["auth"]["refresh_token"])
    assert about["auth"]["domain"] == tab.about["origin"]
    assert about["auth"]["member_id"] == tab.member_id
    assert about["placement"] == DEAL_TAB
    assert about["options"]["ID"] == str(tab.deal("fresh"))
    assert about["options"]["URI"].startswith("/crm/deal/details/")
    assert (about["isAdmin"], about["isInstall"], about["lang"]) == (False, False, "de")
    assert about["isFirstRun"] is True
    again = browse.open_card(tab, "fresh", "sales")
    assert run(again, "async (b24) => b24.isFirstRun") is False


def test_the_frame_is_as_high_as_its_page(tab: StandInPortal, browse: Visitor) -> None:
    frame = browse.open_card(tab)
    for height in (1400, 300):
        run(
            frame,
            """async (b24, height) => {
                document.getElementById("space").style.height = `${height}px`;
                await b24.parent.fitWindow();
            }""",
            height,
        )
        box = browse.page.locator("[role=tabpanel]:not([hidden]) iframe").bounding_box()
        assert box is not None
        assert box["height"] >= height
    assert run(frame, "async (b24) => b24.parent.resizeWindow(640, 480).then(() => true)")
    expect(browse.page.locator("[role=tabpanel]:not([hidden]) iframe")).to_have_css(
        "height", "480px"
    )


def test_the_card_reads_its_payments_again(tab: StandInPortal, browse: Visitor) -> None:
    frame = browse.open_card(tab)
    run(frame, "async () => true")
    (payment,) = tab.standin.add_payments(tab.name, tab.deal("fresh"), user="sales")
    row = browse.page.locator(f"[data-payment='{payment}']")
    expect(row).to_have_count(0)
    assert run(frame, "async (b24) => b24.placement.getInterface()")["command"] == ["reloadData"]
    run(frame, "async (b24) => b24.placement.call('reloadData', {})")
    expect(row).to_be_visible()


def test_the_installation_is_finished_once(
    portal: StandInPortal, browse: Visitor, throwaway: ThrowAway
) -> None:
    portal.standin.change_portal(portal.name, installed=False)
    browse.enter(portal, user="admin")
    page = browse.page
    page.goto(f"{portal.about['origin']}/market/")
    page.get_by_role("button", name="Install").click()
    frame = page.frame_locator("dialog iframe")
    assert run(frame, "async (b24) => b24.isInstallMode && b24.auth.isAdmin")
    bound = ask(frame, "event.bind", EVENT="ONAPPINSTALL", HANDLER=f"{throwaway.origin}{EVENTS}")
    assert bound["result"] is True
    assert portal.state()["installed"] is False
    run(frame, "async (b24) => { b24.installFinish(); }")
    page.wait_for_url("**/market/?install_finished=Y")
    assert portal.state()["installed"] is True
    event = throwaway.next_event(member_id=portal.member_id)
    assert (event["event"], event["data"]["INSTALLED"]) == ("ONAPPINSTALL", "Y")
    assert event["auth"]["application_token"] == portal.about["application_token"]

    main_page = page.frame_locator("dialog iframe")
    assert run(main_page, "async (b24) => b24.placement.isDefault && !b24.isInstallMode")
    late = "async (b24) => b24.installFinish().catch((error) => error.code)"
    assert run(main_page, late) == "JSSDK_FRAME_INSTALL_ALREADY_FINISHED"


def test_fresh_tokens_work(tab: StandInPortal, browse: Visitor) -> None:
    frame = browse.open_card(tab)
    old = run(frame, "async (b24) => b24.auth.getAuthData().access_token")
    new = run(frame, "async (b24) => (await b24.auth.refreshAuth()).access_token")
    assert new != old
    assert ask(frame, "profile")["result"]["NAME"] == "Salesperson"


def test_an_expired_token_is_replaced_and_the_call_repeated(
    tab: StandInPortal, browse: Visitor
) -> None:
    browse.allow("401")
    frame = browse.open_card(tab)
    run(frame, "async () => true")
    tab.standin.expire(tab.name)
    tab.standin.clear_calls(tab.name)
    assert ask(frame, "profile")["result"]["NAME"] == "Salesperson"
    assert [each["error"] for each in tab.standin.calls(tab.name)] == ["expired_token", None]
    assert "refreshAuth" in messages(browse)


def test_calls_go_through_from_the_frames_own_site(tab: StandInPortal, browse: Visitor) -> None:
    frame, deal = browse.open_card(tab), tab.deal("fresh")
    made = ask(frame, "crm.item.payment.add", entityId=deal, entityTypeId=2)
    assert made["isSuccess"] is True
    assert [each["id"] for each in tab.payments_of(deal)] == [made["result"]]
    found = ask(frame, "crm.item.payment.list", entityId=deal, entityTypeId=2, filter={">id": 0})
    assert [each["sum"] for each in found["result"]] == [0]


def test_a_batch_answers_each_command(tab: StandInPortal, browse: Visitor) -> None:
    # A browser complains of every 403, also of one that holds an answer.
    tab.standin.switch(tab.name, batch_leaks_403=False, orders_for_sales="edit")
    frame = browse.open_card(tab)
    answer = run(
        frame,
        """async (b24, deal) => {
            const calls = {
                me: {method: "profile"},
                made: {method: "crm.item.payment.add", params: {entityId: deal, entityTypeId: 2}},
                shown: {method: "crm.item.payment.get", params: {id: "$result[made]"}},
                missing: {method: "crm.item.payment.get", params: {id: 999999}},
            };
            const options = {isHaltOnError: false};
            const answer = await b24.actions.v2.batch.make({calls, options});
            return {data: answer.getData(), messages: answer.getErrorMessages()};
        }""",
        tab.deal("fresh"),
    )
    assert answer["data"]["me"]["NAME"] == "Salesperson"
    assert answer["data"]["shown"]["id"] == answer["data"]["made"]
    assert answer["messages"] == ["Payment has not been found"]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("string", "Payment has not been found"),
        ("number", "Request failed with status code 400"),
    ],
)
def test_the_code_zero_keeps_its_text_only_as_a_string(
    tab: StandInPortal, browse: Visitor, style: str, text: str
) -> None:
    browse.allow("400")
    tab.standin.switch(tab.name, error_code_style=style)
    refused = ask(browse.open_card(tab), "crm.item.payment.get", id=999_999)
    assert refused["isSuccess"] is False
    assert refused["messages"] == [text]


def test_a_denied_call_says_so(tab: StandInPortal, browse: Visitor) -> None:
    browse.allow("403")
    refused = ask(
        browse.open_card(tab, "fresh", "reader"),
        "crm.item.payment.add",
        entityId=tab.deal("fresh"),
        entityTypeId=2,
    )
    assert (refused["codes"], refused["messages"]) == (["ACCESS_DENIED"], ["Access denied"])


def test_a_page_of_the_portal_opens_beside_and_its_end_is_told(
    tab: StandInPortal, browse: Visitor
) -> None:
    frame = browse.open_card(tab)
    path = f"/crm/deal/details/{tab.deal('billed')}/"
    run(
        frame,
        """async (b24, path) => {
            window.slider = b24.slider.openPath(b24.slider.getUrl(path)).then(
                (status) => { window.end = status; });
        }""",
        path,
    )
    inside = browse.page.frame_locator("dialog iframe")
    expect(inside.get_by_role("heading", name="Website relaunch")).to_be_visible()
    assert run(frame, "async () => window.end ?? null") is None
    browse.page.get_by_role("button", name="Close").click()
    assert run(frame, "async () => window.slider.then(() => window.end.isClose)") is True


def test_the_app_opens_itself_beside_with_what_it_was_given(
    tab: StandInPortal, browse: Visitor
) -> None:
    frame = browse.open_card(tab)
    run(
        frame,
        """async (b24) => {
            window.slider = b24.slider.openSliderAppPage({view: "help", bx24_title: "Help"});
        }""",
    )
    expect(browse.page.get_by_role("heading", name="Help")).to_be_visible()
    inside = browse.page.frame_locator("dialog iframe")
    assert run(inside, "async (b24) => b24.placement.options") == {"view": "help"}
    run(inside, "async (b24) => { b24.slider.closeSliderAppPage(); }")
    expect(browse.page.locator("dialog")).to_have_count(0)
    assert run(frame, "async () => window.slider.then(() => true)") is True


def test_options_are_kept_for_the_user(tab: StandInPortal, browse: Visitor) -> None:
    frame = browse.open_card(tab)
    run(frame, "async (b24) => b24.options.userSet('view', 'short')")
    again = browse.open_card(tab)
    assert run(again, "async (b24) => b24.options.userGet('view')") == "short"
    other = browse.open_card(tab, user="reader")
    asked = "async (b24) => { try { return b24.options.userGet('view'); } catch { return null; } }"
    assert run(other, asked) is None


def test_what_a_tab_may_not_do_is_never_answered(tab: StandInPortal, browse: Visitor) -> None:
    frame = browse.open_card(tab)
    title = browse.page.title()
    run(
        frame,
        "async (b24) => { b24.parent.setTitle('Mine').then(() => { window.answered = 1; }); }",
    )
    await_condition(lambda: "setTitle" in messages(browse))
    assert run(frame, "async (b24) => b24.parent.fitWindow().then(() => window.answered ?? 0)") == 0
    assert browse.page.title() == title


def test_the_library_refuses_to_start_outside_a_portal(
    browse: Visitor, throwaway: ThrowAway
) -> None:
    browse.page.goto(f"{throwaway.origin}/tab/")
    expect(browse.page.locator("#state")).to_contain_text("JSSDK_CLIENT_SIDE_WARNING")


def messages(browse: Visitor) -> list[str]:
    """The commands that the portal's page has received."""
    return list(browse.page.evaluate("window.standin.messages.map((each) => each.command)"))
