"""The list of payments: the client's link, deleting, Arabic, and a narrow window."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.engines.person import Person
from tests.support.portal import PortalWithApp

COPIED = "The link is copied."
NARROW = 320
SCRATCH = "() => document.querySelector('#scratch')"
# Where each letter of the first sum is seen, from its left edge.
LETTERS = """() => {
  const node = document.querySelector("td.amount bdi").firstChild;
  return [...node.data].map((letter, at) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const { left, width } = range.getBoundingClientRect();
    return [letter, left, width];
  });
}"""
SAID = "() => document.querySelector('[data-copied]')?.textContent"
FITS = "() => document.documentElement.scrollWidth <= innerWidth"


def test_the_link_is_copied_at_the_first_click(portal: PortalWithApp, person: Person) -> None:
    portal.standin.add_payments(portal.name, "fresh")
    person.open_card(portal, portal.deal("fresh"))
    person.press("Copy link")
    said = person.wait(SAID)
    address = person.value("Link for the client")
    assert address.startswith(portal.about["origin"])
    assert said == COPIED
    assert pasted(person) == address


def pasted(person: Person) -> str:
    """What is in the clipboard, by pasting it into a field of the portal's page."""
    person.page.evaluate(
        "() => { const f = document.createElement('textarea'); f.id = 'scratch';"
        " document.querySelector('.card-head').append(f); }",
        inside=False,
    )
    person.page.click(SCRATCH, inside=False)
    person.page.press("Control", "v", inside=False)
    return str(person.wait(f"() => ({SCRATCH})().value", inside=False))


def test_an_administrator_deletes_after_a_question(portal: PortalWithApp, person: Person) -> None:
    portal.standin.add_payments(portal.name, "fresh")
    person.open_card(portal, portal.deal("fresh"), user="admin")
    person.press("Delete payment")
    person.await_text("#panel-text", "for €0.00?")
    person.press("Delete it")
    person.await_text("#status", "deleted")
    assert portal.payments_of(portal.deal("fresh")) == []


@pytest.fixture
def credited(portal: PortalWithApp) -> int:
    """A deal with a payment of a negative sum."""
    rows = [{"name": "Credit", "price": -1234.5, "quantity": 1, "product_id": 0}]
    made = portal.standin.add_deal(portal.name, title="Credit note", rows=rows)
    bill = [{"row": made["rows"][0], "quantity": 1}]
    portal.standin.add_payments(portal.name, made["id"], user="admin", rows=bill)
    return int(made["id"])


def test_arabic_reads_from_the_right_and_its_sums_from_the_left(
    portal: PortalWithApp, credited: int, person: Person
) -> None:
    person.open_card(portal, credited, lang="ar")
    seen = person.wait(LETTERS)
    assert person.page.evaluate("() => getComputedStyle(document.body).direction") == "rtl"
    heading = (
        "() => { const r = document.createRange();"
        " r.selectNodeContents(document.querySelector('h1 bdi'));"
        " return r.getBoundingClientRect().right > innerWidth / 2; }"
    )
    assert person.page.evaluate(heading)
    digits = [left for letter, left, width in seen if letter.isdecimal()]
    assert "".join(letter for letter, *_ in seen if letter.isdecimal()) == "123450"
    assert all(left < right for left, right in pairwise(digits))
    [minus] = [left for letter, left, _ in seen if letter in "-\N{MINUS SIGN}"]
    assert minus < min(digits)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_scrolls_sideways_in_a_narrow_frame(
    portal: PortalWithApp, person: Person, lang: str
) -> None:
    person.page.resize(NARROW)
    portal.standin.add_payments(portal.name, "fresh", count=2)
    person.open_card(portal, portal.deal("fresh"), lang=lang)
    person.page.evaluate(
        "(width) => { document.querySelector('iframe').style.maxWidth = `${width}px`; }",
        NARROW,
        inside=False,
    )
    person.wait("(width) => innerWidth <= width", NARROW)
    assert person.page.evaluate(FITS)
    person.page.click("() => document.querySelector('#open')")
    person.wait("() => document.querySelector('#send').checkVisibility()")
    assert person.page.evaluate(FITS)
