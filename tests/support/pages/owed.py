"""The page of debts as its readers open it, and what stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

TOOLBAR = "CRM_DEAL_LIST_TOOLBAR"
CONTACT_TAB, COMPANY_TAB = "CRM_CONTACT_DETAIL_TAB", "CRM_COMPANY_DETAIL_TAB"
# No other deal of the cast is of this company.
OWN_COMPANY = 22


@dataclass(frozen=True)
class Line:
    """A deal on the page: its title, its sums as they are written, and what is said of it."""

    title: str
    open: str
    paid: str
    left: str
    notes: str


def open_owed(
    portal: PortalWithApp,
    placement: str = TOOLBAR,
    *,
    user: int | str = "sales",
    options: dict[str, str] | None = None,
    lang: str = "en",
) -> Page:
    """The page at one of its places."""
    return portal.app.open_frame(
        portal.name, user=user, placement=placement, options=options or {}, lang=lang
    )


def ask_owed(portal: PortalWithApp, page: Page, what: str = "list", **form: Any) -> Page:
    """What a form or a button of the page asks for, with its bearer."""
    meta = page.soup.select_one("meta[name=frame-session]")
    assert isinstance(meta, Tag), page.text
    headers = {**HTMX, "Authorization": f"Bearer {meta['content']}"}
    return portal.app.send(f"/payments/owed/{what}/", form=form, headers=headers)


def own_deals(portal: PortalWithApp, *, user: int | str = "sales") -> Page:
    """The page of the company that no deal of the cast has."""
    return open_owed(portal, COMPANY_TAB, user=user, options={"ID": str(OWN_COMPANY)})


def add_deal(portal: PortalWithApp, price: float = 100, **fields: Any) -> int:
    """A deal with one product of this price, for the company of the tests."""
    rows = [{"name": "Part", "price": price, "quantity": 1}] if price else []
    owner = {"company_id": OWN_COMPANY, "contact_id": 12}
    made = portal.standin.add_deal(portal.name, rows=rows, **{**owner, **fields})
    return int(made["id"])


def bill(portal: PortalWithApp, deal: int, *, part: float = 1, **fields: Any) -> int:
    """A payment for so much of the first product of a deal."""
    row = portal.standin.deal(portal.name, deal)["rows"][0]["id"]
    rows = [{"row": row, "quantity": part}]
    [made] = portal.standin.add_payments(portal.name, deal, rows=rows, **fields)
    return made


def lines(page: Page) -> list[Line]:
    """The deals of the page or of the fragment, from top to bottom."""
    found = []
    # What is appended to the table comes in a template, which hides it from a parser's texts.
    body = page.body.replace("<template>", "").replace("</template>", "")
    for row in BeautifulSoup(body, "html.parser").select("tr:has(th.deal)"):
        link, notes = row.select_one("a"), row.select("small")
        sums = [" ".join(cell.get_text(" ").split()) for cell in row.select("td.amount")]
        told = " ".join(" ".join(note.get_text(" ").split()) for note in notes)
        opened, paid, left = sums
        title = link.get_text(strip=True) if link else ""
        found.append(Line(title, opened, paid, left, told))
    return found


def sums(page: Page) -> dict[str, list[str]]:
    """The sums by currency."""
    return {
        row.select_one("th").get_text(strip=True): [  # type: ignore[union-attr]
            " ".join(cell.get_text(" ").split()) for cell in row.select("td")
        ]
        for row in page.soup.select(".totals tbody tr")
    }


def months(page: Page) -> dict[str, list[list[str]]]:
    """The months of each drawing, by its caption."""
    return {
        table.select_one("caption").get_text(strip=True): [  # type: ignore[union-attr]
            [cell.get_text(strip=True) for cell in row.select("th, td.amount")]
            for row in table.select("tbody tr")
        ]
        for table in page.soup.select("table.months")
    }
