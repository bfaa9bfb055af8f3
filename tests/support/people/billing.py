# ruff: noqa: RUF002
"""A worked case of the portal, billed through the app: what it offers, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.standin.tests.worked.cases import DEAL, INVOICE, Case
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp

PLACEMENTS = {DEAL: "CRM_DEAL_DETAIL_TAB", INVOICE: "CRM_SMART_INVOICE_DETAIL_TAB"}


@dataclass
class Billing:
    """An item of a portal, as a salesperson bills it with the app."""

    portal: PortalWithApp
    case: Case

    def tab(self, user: str = "sales") -> Page:
        return self.portal.app.open_frame(
            self.portal.name,
            user=user,
            placement=PLACEMENTS[self.case.type_id],
            options={"ID": str(self.case.item_id)},
        )

    def offer(self, tab: Page | None = None) -> str:
        """ "r1×2 r2×4": the most that the form takes of each row, or "[]"."""
        found = [
            f"r{self.case.rows.index(row) + 1}×{most}" for row, most in limits(tab or self.tab())
        ]
        return " ".join(found) or "[]"

    def proposal(self, tab: Page | None = None) -> str:
        """The same for what stands in the fields, without zeros."""
        page = tab or self.tab()
        values = {row: field["value"] for row, field in fields(page) if field["value"] != "0"}
        found = [f"r{self.case.rows.index(row) + 1}×{value}" for row, value in values.items()]
        return " ".join(found) or "[]"

    def create(self, quantities: str = "", *, tab: Page | None = None, **more: Any) -> Page:
        """Create payment with "r1×2 r2×1", or with what the form proposes."""
        page = tab or self.tab()
        form = page.form_fields("/payments/add/")
        if quantities:
            form |= {name: "0" for name in form if name.startswith("row_")}
            for text in quantities.split():
                row, quantity = text.split("×")
                form[f"row_{self.case.rows[int(row[1:]) - 1]}"] = quantity
        form = {name: value for name, value in form.items() if name != "saves_rows"} | more
        return self.post("/payments/add/", page, form)

    def post(self, path: str, page: Page, form: dict[str, Any]) -> Page:
        headers = {**HTMX, "Authorization": f"Bearer {page.bearer}"}
        return self.portal.app.send(path, form=form, headers=headers)

    def save_and_create(self, quantities: str) -> Page:
        """The explicit step: the rows are saved, then billed together."""
        return self.create(quantities, saves_rows="1")

    @property
    def sums(self) -> list[float]:
        """The sums of the item's payments as the portal has them, in order of birth."""
        return [row["sum"] for row in self.case.listed()]

    @property
    def worth(self) -> float:
        """What the item's rows cost, with tax."""
        state = self.portal.standin.deal(
            self.portal.name, self.case.item_id, type=self.case.type_id
        )
        return sum(float(row["price"]) * float(row["quantity"]) for row in state["rows"])

    def create_all(self, *, most: int = 8) -> list[Page]:
        """Create what the form proposes until it proposes nothing; every promise is kept."""
        answers: list[Page] = []
        for _ in range(most):
            tab = self.tab()
            if self.proposal(tab) == "[]":
                return answers
            before = sum(self.sums)
            answers.append(self.create(tab=tab))
            promised = promise(tab)
            assert promised == round(sum(self.sums) - before, 2), told(answers[-1])
            assert " added." in answers[-1].status_text, told(answers[-1])
        raise AssertionError("the form never came to an end")


def bill(
    portal: PortalWithApp, rows: str, *, type_id: int = DEAL, user: str = "sales", **fields: Any
) -> Billing:
    """A fresh deal or invoice with these rows."""
    return Billing(portal, Case(portal, type_id=type_id, user=user).open(rows, **fields))


def fields(page: Page) -> list[tuple[int, dict[str, Any]]]:
    """The quantity fields that take something, by row."""
    found = page.soup.select("#rows input[name^=row_]:not([disabled])")
    return [(int(str(f["name"]).removeprefix("row_")), dict(f.attrs)) for f in found]


def limits(page: Page) -> list[tuple[int, int]]:
    return [(row, int(field["data-most"])) for row, field in fields(page)]


def promise(page: Page) -> float:
    """What the form's total says for what it proposes."""
    return round(sum(float(f["data-price"]) * int(f["value"]) for _, f in fields(page)), 2)


def notes(page: Page) -> str:
    """All that the form says beside its fields."""
    return re.sub(r"\s+", " ", " ".join(n.get_text(" ") for n in page.soup.select("#add .note")))
