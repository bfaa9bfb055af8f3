# ruff: noqa: RUF002
"""The language of the worked cases: rows, calls with their answers, and what they leave behind.

A row is a line such as "Desk 71 500x2": name, catalogue product (0 = free-form), price, quantity;
then, where there is tax, the rate, Y or N, and the net price ("120x2 20% N net 100").
A call is a line such as "P1 r1×3", "set i1=2", "del i1", "save", "save r2, Beam 0 100x3", "add P2".
An answer is "i1", "null", "NF", "INS", "true", "id", "refused" ("0" without a text) or "denied".
Rows are r1, r2…, payments P1, P2…, parts i1, i2… and basket items B1, B2…, in order of birth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.standin.client import Answer
from tests.standin.portal import StandInPortal

PRODUCT = "crm.item.payment.product"
DEAL, INVOICE = 2, 31
LETTERS = {DEAL: "D", INVOICE: "SI"}
REFUSALS = {
    "Product was not found.": "NF",
    "Insufficient product stock.": "INS",
    "": "refused",
}
_ROW = re.compile(
    r"(?P<name>[A-Z]\w*) (?P<product_id>\d+) (?P<price>-?[\d.]+)x(?P<quantity>[\d.]+)"
    r"(?: (?P<tax_rate>[\d.]+)% (?P<flag>[YN])(?: net (?P<price_exclusive>[\d.]+))?)?"
    r"(?: less (?P<discount>[\d.]+))?"
)
NUMBERS = ("price", "quantity", "tax_rate", "price_exclusive", "discount")


@dataclass
class Case:
    """One deal or invoice, with the names that a table gives to what is in it."""

    portal: StandInPortal
    item_id: int = 0
    type_id: int = DEAL
    user: str = "sales"
    rows: list[int] = field(default_factory=list)
    payments: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    baskets: list[int] = field(default_factory=list)

    def open(self, rows: str, **fields: Any) -> Case:
        """The item with these rows; nothing is billed of it yet."""
        made = self.portal.standin.add_deal(
            self.portal.name, type=self.type_id, rows=row_values(rows), **fields
        )
        self.item_id, self.rows = made["id"], made["rows"]
        return self

    def play(self, calls: str) -> None:
        """Calls with their answers, "P1 r1×3 → i1; P1 r2×4 → null"; a payment not there is added.

        Raises AssertionError at the first answer that is another.
        """
        for line in filter(None, (each.strip() for each in calls.split(";"))):
            call, _, wanted = (each.strip() for each in line.partition("→"))
            got = self.do(call)
            assert got == (wanted or got), f"{call}: {got} instead of {wanted}"
            assert wanted or got not in ("null", *REFUSALS.values(), "denied"), f"{call}: {got}"

    def do(self, call: str) -> str:
        """The answer to one call, in the table's words."""
        word, _, rest = call.partition(" ")
        if word == "add":
            return self.add(rest)
        if word == "save":
            self.save(rest)
            return "true"
        if word == "set":
            part, quantity = rest.split("=")
            answer = self.call(
                f"{PRODUCT}.setQuantity", id=self.parts[_index(part)], quantity=int(quantity)
            )
            return self.words(answer)
        if word == "del":
            return self.words(self.call(f"{PRODUCT}.delete", id=self.parts[_index(rest)]))
        row, quantity = rest.split("×")
        while len(self.payments) <= _index(word):
            self.add()
        answer = self.call(
            f"{PRODUCT}.add",
            paymentId=self.payments[_index(word)],
            rowId=self.rows[_index(row)],
            quantity=float(quantity),
        )
        found = self.words(answer)
        if found == "id":
            self.parts.append(answer.json()["result"])
            found = f"i{len(self.parts)}"
        return found

    def add(self, name: str = "") -> str:
        """A payment of the next name."""
        answer = self.call("crm.item.payment.add", entityId=self.item_id, entityTypeId=self.type_id)
        found = self.words(answer)
        if found == "id":
            self.payments.append(answer.json()["result"])
            assert name in ("", f"P{len(self.payments)}")
        return found

    def save(self, rows: str = "") -> None:
        """The card saved as it stands, or with these rows: r2 is the row as it is, "r1=120x5"
        the row at another price and quantity, anything else a new row."""
        standin, name = self.portal.standin, self.portal.name
        lines = None
        if rows:
            lines = [] if rows == "nothing" else [self._line(each) for each in rows.split(",")]
        for row in standin.save_rows(name, self.item_id, lines, type=self.type_id):
            if row["id"] not in self.rows:
                self.rows.append(row["id"])

    def _line(self, text: str) -> dict[str, Any]:
        known = re.fullmatch(r"(r\d+)(?:=(-?[\d.]+)x([\d.]+))?", text.strip())
        if known is None:
            (values,) = row_values(text)
            return values
        line: dict[str, Any] = {"id": self.rows[_index(known[1])]}
        if known[2]:
            line |= {"price": float(known[2]), "quantity": float(known[3])}
        return line

    def call(self, method: str, **params: Any) -> Answer:
        return self.portal.call(method, self.user, **params)

    def words(self, answer: Answer) -> str:
        """An answer in the table's words; a new id is "id"."""
        body = answer.json()
        if answer.status == 200:
            assert "error" not in body
            result = body["result"]
            return (
                "id"
                if type(result) is int and result > 0
                else str(result).lower().replace("none", "null")
            )
        if body["error"] == "ACCESS_DENIED":
            assert answer.status == 403
            return "denied"
        assert (answer.status, body["error"]) == (400, "0")
        text = str(body["error_description"])
        return REFUSALS.get(text, text)

    def sums(self) -> str:
        """ "P1 300, P2 10" as the list has them."""
        found = {row["id"]: row["sum"] for row in self.listed()}
        return ", ".join(f"P{n} {found[each]}" for n, each in enumerate(self.payments, 1))

    def listed(self) -> list[dict[str, Any]]:
        answer = self.call(
            "crm.item.payment.list", entityId=self.item_id, entityTypeId=self.type_id
        )
        return list(answer.json()["result"])

    def held(self) -> str:
        """ "i1:B1×2 i2:B2×3": the parts of all payments as product.list has them.

        A part that names its row is "i1:r1×2".
        """
        found = {}
        for payment in self.payments:
            for part in self.call(f"{PRODUCT}.list", paymentId=payment).json()["result"]:
                assert part["paymentId"] == payment
                found[part["id"]] = part
        texts = []
        for number, part_id in enumerate(self.parts, 1):
            if part_id not in found:
                continue
            part = found[part_id]
            assert len(part) == 4
            name = (
                f"r{self.rows.index(part['rowId']) + 1}"
                if "rowId" in part
                else self._basket_name(part["entityId"])
            )
            texts.append(f"i{number}:{name}×{part['quantity']:g}")
        assert len(texts) == len(found)
        return " ".join(texts)

    def offer(self) -> str:
        """ "r1×2 r2×4" of getAvailableForPayment, or "[]"."""
        answer = self.call(
            "crm.item.productrow.getAvailableForPayment",
            ownerId=self.item_id,
            ownerType=LETTERS[self.type_id],
        )
        if answer.status != 200:
            return self.words(answer)
        rows = answer.json()["result"]["productRows"]
        found = [f"r{self.rows.index(row['id']) + 1}×{row['quantity']:g}" for row in rows]
        return " ".join(found) or "[]"

    def basket(self) -> str:
        """ "B1 Beam 3×100, B2 Hinge 4×2.5" of the item's orders."""
        return ", ".join(
            f"{self._basket_name(each['id'])} {each['name']} {each['quantity']:g}×{each['price']:g}"
            for order in self.orders()
            for each in order["basket"]
        )

    def orders(self) -> list[dict[str, Any]]:
        """The item's orders by the control API."""
        return [
            order
            for order in self.portal.state()["orders"]
            if (order["entity_type_id"], order["deal_id"]) == (self.type_id, self.item_id)
        ]

    def _basket_name(self, basket_id: int) -> str:
        born = {each["id"] for order in self.orders() for each in order["basket"]}
        self.baskets += sorted(born - set(self.baskets))
        return f"B{self.baskets.index(basket_id) + 1}"


def cast(portal: StandInPortal, nickname: str, *, type_id: int = 2) -> Case:
    """A deal or an invoice of the cast, with the payments and rows that it has already."""
    shelf = portal.about["invoices" if type_id == INVOICE else "deals"]
    case = Case(portal, item_id=shelf[nickname], type_id=type_id)
    shown = portal.standin.deal(portal.name, case.item_id, type=type_id)
    case.rows = [row["id"] for row in shown["rows"]]
    behind = [each for each in portal.state()["payments"] if each["deal_id"] == case.item_id]
    for payment in behind:
        if payment["entity_type_id"] == type_id:
            case.payments.append(payment["id"])
            case.parts += [part["id"] for part in payment["parts"]]
    return case


def row_values(rows: str) -> list[dict[str, Any]]:
    """The rows of "Desk 71 500x2, Lamp 72 40x3" for the control API."""
    found = []
    for text in filter(None, (each.strip() for each in rows.split(","))):
        match = _ROW.fullmatch(text)
        assert match is not None, text
        values: dict[str, Any] = {k: v for k, v in match.groupdict().items() if v is not None}
        flag = values.pop("flag", "N")
        values |= {key: float(values[key]) for key in NUMBERS if key in values}
        values |= {"product_id": int(values["product_id"]), "tax_included": flag == "Y"}
        found.append(values)
    return found


def _index(name: str) -> int:
    return int(name[1:]) - 1
