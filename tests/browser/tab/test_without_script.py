"""The form of a new payment where the script has not come: it works, and forgets nothing typed."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.browser.fit import await_fitted
from tests.support.people.billing import bill
from tests.support.people.browser_steps import create
from tests.support.portal import PortalWithApp

SCRIPTS = "**/static/**/*.js"


def quantity(tab: FrameLocator, product: str) -> Locator:
    return tab.get_by_role("textbox", name=product)


def open_without_script(
    portal: PortalWithApp, browse: Visitor, deal: int | str = "fresh"
) -> FrameLocator:
    """A card whose tab gets no script until the route is taken away, with its form open."""
    browse.page.route(SCRIPTS, lambda route: route.abort())
    browse.allow("ERR_FAILED|ERR_BLOCKED")
    tab = browse.open_card(portal, deal, is_whole=False)
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    expect(tab.get_by_role("textbox")).to_have_count(0)
    tab.get_by_role("button", name="Add payment").click()
    return tab


def test_the_form_needs_no_script(portal: PortalWithApp, browse: Visitor) -> None:
    tab = open_without_script(portal, browse)
    expect(quantity(tab, "Coffee")).to_be_visible()
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("€1,200.00 added")


def test_a_refusal_shows_the_form_as_it_was_filled_in(
    portal: PortalWithApp, browse: Visitor
) -> None:
    browse.allow("400")
    tab = open_without_script(portal, browse)
    for product in ("Coffee", "Filters"):
        quantity(tab, product).fill("0")
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("No product is chosen")
    expect(quantity(tab, "Filters")).to_be_visible()
    expect(quantity(tab, "Filters")).to_have_value("0")
    assert findings(browse.page.frames[-1]) == []
    quantity(tab, "Filters").fill("3")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("€300.00 added")


def test_a_script_that_comes_with_the_answer_takes_the_form_over(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = open_without_script(portal, browse)
    quantity(tab, "Coffee").fill("1")
    portal.standin.add_fault(
        portal.name, "crm.item.payment.add", "refuse", code="0", text="Not now", status=400
    )
    browse.page.unroute(SCRIPTS)
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("Not now")
    expect(tab.locator("#total")).to_have_text("€800.00")
    expect(quantity(tab, "Coffee")).to_have_value("1")
    await_fitted(tab)
    tab.get_by_role("button", name="Cancel").click()
    expect(quantity(tab, "Coffee")).to_be_hidden()
    tab.get_by_role("button", name="Add payment").click()
    expect(quantity(tab, "Coffee")).to_have_value("2")


def test_two_twins_are_refused_in_words_and_billed_together_with_the_check_mark(
    portal: PortalWithApp, browse: Visitor
) -> None:
    browse.allow("400")
    deal = bill(portal, "Beam 0 100x3, Hinge 0 2.5x4")
    tab = open_without_script(portal, browse, deal.case.item_id)
    expect(quantity(tab, "Beam")).to_have_value("3")
    expect(quantity(tab, "Hinge")).to_have_value("0")
    quantity(tab, "Hinge").fill("4")
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("cannot keep two of these products apart")
    assert deal.sums == []
    expect(quantity(tab, "Beam")).to_have_value("3")
    expect(quantity(tab, "Hinge")).to_have_value("4")
    assert findings(browse.page.frames[-1]) == []
    tab.get_by_role("checkbox", name="bill them together").check()
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €310.00 added")
    assert deal.sums == [310]


def test_a_script_that_comes_with_a_refusal_keeps_the_check_mark_until_cancel(
    portal: PortalWithApp, browse: Visitor
) -> None:
    browse.allow("400")
    deal = bill(portal, "Beam 0 100x3, Hinge 0 2.5x4")
    tab = open_without_script(portal, browse, deal.case.item_id)
    box = tab.get_by_role("checkbox", name="bill them together")
    box.check()
    quantity(tab, "Hinge").fill("1")
    browse.page.unroute(SCRIPTS)
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("the last one has to be billed first")
    expect(tab.locator("#total")).to_have_text("€302.50")
    expect(box).to_be_checked()
    await_fitted(tab)
    tab.get_by_role("button", name="Cancel").click()
    tab.get_by_role("button", name="Add payment").click()
    expect(box).not_to_be_checked()
    expect(quantity(tab, "Beam")).to_have_value("3")
    assert deal.sums == []


def test_one_of_two_twins_needs_no_script(portal: PortalWithApp, browse: Visitor) -> None:
    deal = bill(portal, "Beam 0 100x3, Hinge 0 2.5x4")
    tab = open_without_script(portal, browse, deal.case.item_id)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €300.00 added")
    assert deal.sums == [300]


def test_the_form_is_posted_as_it_stands(portal: PortalWithApp) -> None:
    page = portal.open_tab()
    fields = page.form_fields("/payments/add/")
    assert {"row_301": "2", "row_302": "4"}.items() <= fields.items()
    whole = portal.app.send("/payments/add/", form=page.form_fields("/payments/add/"))
    assert "€1,200.00 added" in whole.status_text
    assert len(whole.payment_numbers) == 1
