"""From Install to a payment, and the quantities that people type."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.engines.person import Person
from tests.support.app import App
from tests.support.portal import PortalWithApp, new_portal
from tests.support.waiting import await_condition

ADD = "/payments/add/"
# 1,000 of it are left, at €52.00 each.
DEAL, PRODUCT = "many", "Lease"
NOTCH = 120
GESTURE_S = 1.0
# `passive: false`, because WebKit tells of no turns that nobody may stop.
HEED_WHEEL = """() => {
  window.turned = window.drawn = false;
  const heed = () => {
    turned = true;
    drawn = false;
    requestAnimationFrame(() => requestAnimationFrame(() => { drawn = true; }));
  };
  document.addEventListener("wheel", heed, { passive: false });
  requestAnimationFrame(() => requestAnimationFrame(() => { drawn = true; }));
}"""


def sums_of(portal: PortalWithApp, deal: str = DEAL) -> list[float]:
    return [payment["sum"] for payment in portal.payments_of(portal.deal(deal))]


def open_form(person: Person, portal: PortalWithApp, deal: str = DEAL) -> None:
    person.open_card(portal, portal.deal(deal))
    person.press("Add payment")
    portal.standin.clear_calls(portal.name)


def test_an_administrator_installs_and_adds_a_payment(app: App, person: Person) -> None:
    fresh = new_portal(app)
    about = fresh.about
    person.enter(fresh, user="admin")
    person.page.open(f"{about['origin']}/market/")
    person.press("Install", inside=False)
    person.press("Finish installation", is_in_slider=True)
    person.wait("() => location.search === '?install_finished=Y'", inside=False)
    assert app.standin.portal(fresh.name)["installed"]

    deal = fresh.deal("fresh")
    person.page.open(f"{about['origin']}/crm/deal/details/{deal}/")
    person.press("Payments", inside=False)
    person.press("Add payment")
    person.fill("Coffee", "1")
    person.await_text("#total", "€800.00")
    person.press("Create payment")
    person.await_text("#status", "for €800.00 added")
    assert sums_of(fresh, "fresh") == [800]
    person.await_text("#payments", "800.00", inside=False)


@pytest.mark.parametrize("typed", ["1,5", "2e0"])
def test_what_is_no_whole_number_is_refused_at_its_field(
    portal: PortalWithApp, person: Person, typed: str
) -> None:
    open_form(person, portal)
    person.fill(PRODUCT, typed)
    person.press("Create payment")
    assert person.await_refusal(PRODUCT)
    assert not person.has_sent(ADD)
    assert portal.calls() == []
    assert sums_of(portal) == []
    person.fill(PRODUCT, "2")
    person.press("Create payment")
    person.await_text("#status", "for €104.00 added")
    assert sums_of(portal) == [104]


@pytest.mark.parametrize(("typed", "added"), [("2", 104), ("1 000", 52_000)])
def test_a_typed_quantity_is_billed(
    portal: PortalWithApp, person: Person, typed: str, added: int
) -> None:
    open_form(person, portal)
    person.fill(PRODUCT, typed)
    person.await_text("#total", f"€{added:,}.00")
    person.press("Create payment")
    person.await_text("#status", f"for €{added:,}.00 added")
    assert sums_of(portal) == [added]


def test_the_wheel_changes_no_quantity(portal: PortalWithApp, person: Person) -> None:
    open_form(person, portal)
    person.fill(PRODUCT, "5")
    person.page.evaluate(HEED_WHEEL)
    for pixels in (NOTCH, -NOTCH):
        turn(person, pixels)
        assert person.value(PRODUCT) == "5"


def turn(person: Person, pixels: int) -> None:
    """Turn the wheel over the quantity until the page has heard of it, and has drawn since.

    Turns in quick succession are one gesture, and go where the first one went.
    """
    person.wait("() => drawn")
    person.page.evaluate("() => { turned = false; }")

    def is_heard() -> bool:
        person.turn_wheel(PRODUCT, pixels)
        with suppress(TimeoutError):
            return await_condition(lambda: bool(person.page.evaluate("() => turned")), GESTURE_S)
        return False

    await_condition(is_heard)
    person.wait("() => drawn")
