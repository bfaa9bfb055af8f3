"""The card of a deal or an invoice: its facts, the payments as the portal knows them, the tabs."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.crm.clients import COMPANY, CONTACT
from tests.standin.crm.records import DEAL, INVOICE, Item, Payment
from tests.standin.pages.card_rows import show_rows, show_word
from tests.standin.pages.card_timeline import show_timeline
from tests.standin.pages.clients import link_to_client
from tests.standin.pages.field_texts import told_values
from tests.standin.pages.markup import NOTHING, Html, data, fill, join, money, tag
from tests.standin.pages.menus import TOOLBAR, show_menu
from tests.standin.pages.tabs import show_panels, show_tabs
from tests.standin.pages.visits import Visit
from tests.standin.world import Binding

SHOWN_PAYMENTS = 20
TAB_PLACEMENTS = {DEAL: "CRM_DEAL_DETAIL_TAB", INVOICE: "CRM_SMART_INVOICE_DETAIL_TAB"}
KINDS = {DEAL: "Deal", INVOICE: "Invoice"}
DENIED = (
    "You may not read this item, or it is gone. A real portal shows no card at all then; "
    "here the tabs stay, so that you can see how the app answers."
)


@dataclass(frozen=True)
class Card:
    """What is shown: an item's type and id, and the item if the user may read it."""

    visit: Visit
    entity_type_id: int
    item_id: int

    @property
    def item(self) -> Item | None:
        item = self.visit.portal.item(self.entity_type_id, self.item_id)
        return item if item is not None and self.visit.may_read(item) else None

    @property
    def may_edit(self) -> bool:
        item = self.item
        return item is not None and self.visit.user.may_edit(item)

    @property
    def title(self) -> str:
        return self.item.title if self.item else f"{KINDS[self.entity_type_id]} #{self.item_id}"

    @property
    def bindings(self) -> list[Binding]:
        """The tabs of the app that the user sees."""
        return self.visit.bindings_at(TAB_PLACEMENTS[self.entity_type_id])

    @property
    def payments(self) -> list[Payment]:
        """Newest first."""
        orders = self.visit.portal.orders_of(self.entity_type_id, self.item_id)
        found = [payment for order in orders for payment in order.payments]
        return sorted(found, key=lambda payment: payment.id, reverse=True)


def path_of(item: Item) -> str:
    kind = "deal" if item.entity_type_id == DEAL else f"type/{item.entity_type_id}"
    return f"/crm/{kind}/details/{item.id}/"


def show_card(card: Card, *, path: str, word: str | None = None) -> Html:
    """The content of the card's page; `path` is its own address, `word` what a save came to."""
    return fill(
        "card",
        kind=KINDS[card.entity_type_id],
        id=card.item_id,
        title=card.title,
        stage=tag("span", card.item.stage_name, class_="stage") if card.item else "",
        toolbar=_toolbar(card),
        tabs=show_tabs(card.visit, card.bindings),
        panels=show_panels(card.bindings),
        hint=_hint(card),
        facts=_facts(card, card.item) if card.item else tag("p", DENIED, class_="note"),
        told=show_word(card.visit.portal, card.item, word) if card.item else "",
        rows=_rows(card, path),
        payments=show_payments(card),
        timeline=_timeline(card),
        data=data({"page": "card", "id": str(card.item_id), "payments": f"{path}payments/"}),
    )


def show_payments(card: Card) -> Html:
    """The payments as the portal knows them, and their totals."""
    if card.item is None:
        return tag("p", "Not shown to you.", class_="note")
    payments = card.payments
    if not payments:
        return tag("p", "No payments yet.", class_="note")
    hidden = len(payments) - SHOWN_PAYMENTS
    return join(
        [
            tag("p", f"{len(payments):,} in all · {_totals(payments)}", class_="note"),
            tag(
                "ol",
                *(_payment(card, payment) for payment in payments[:SHOWN_PAYMENTS]),
                class_="timeline",
            ),
            tag("p", f"… and {hidden:,} older ones.", class_="note") if hidden > 0 else "",
        ]
    )


def _toolbar(card: Card) -> Html:
    if card.entity_type_id != DEAL:
        return Html("")
    return show_menu(card.visit, TOOLBAR, deal=card.item_id, label="Apps", text="Apps")


def _hint(card: Card) -> Html:
    app = card.visit.portal.app
    if card.bindings:
        return Html("")
    if app.installed:
        return tag("p", "The app shows no tab here to you.", class_="hint")
    link = tag("a", "Install the app in the Market", href="/market/")
    return tag("p", link, " and its tab appears on this card.", class_="hint")


def _facts(card: Card, item: Item) -> Html:
    facts: dict[str, Html | str] = {
        "Stage": item.stage_name,
        "Amount and currency": money(item.opportunity, item.currency),
        "Created": f"{item.created_at:%d %b %Y}",
        "Company": link_to_client(card.visit, COMPANY, item.company_id),
        "Contact": link_to_client(card.visit, CONTACT, item.contact_id),
        **told_values(card.visit, item),
    }
    return tag("dl", *(join([tag("dt", name), tag("dd", text)]) for name, text in facts.items()))


def _rows(card: Card, path: str) -> Html:
    if card.item is None:
        return NOTHING
    inside = "?IFRAME=Y" if card.visit.is_inside else ""
    return show_rows(card.item, action=f"{path}rows/{inside}" if card.may_edit else None)


def _timeline(card: Card) -> Html:
    if card.item is None:
        return tag("p", "Not shown to you.", class_="note")
    return show_timeline(card.visit.portal, (card.entity_type_id, card.item_id))


def _payment(card: Card, payment: Payment) -> Html:
    users = card.visit.portal.users
    author = users[payment.created_by].name if payment.created_by in users else "?"
    status = tag(
        "span",
        "Paid" if payment.paid else "Not paid",
        class_="status is-paid" if payment.paid else "status",
    )
    return tag(
        "li",
        tag(
            "p",
            tag("strong", f"Payment {payment.account_number}"),
            " ",
            tag("span", money(payment.sum, payment.currency), class_="amount"),
            " ",
            status,
        ),
        tag(
            "p",
            f"{payment.created_at:%d %b %Y, %H:%M} · {author} · {payment.pay_system_name}"
            f" · id {payment.id} · {_contents(payment)}",
            class_="note",
        ),
        data_payment=payment.id,
    )


def _totals(payments: list[Payment]) -> str:
    """Billed and paid, in each currency there is."""
    texts = []
    for currency in sorted({payment.currency for payment in payments}):
        alike = [payment for payment in payments if payment.currency == currency]
        billed = money(sum(payment.sum for payment in alike), currency)
        paid = money(sum(payment.sum for payment in alike if payment.paid), currency)
        texts.append(f"billed {billed} · paid {paid}")
    return " · ".join(texts)


def _contents(payment: Payment) -> str:
    items = {item.id: item for item in payment.order.basket}
    parts = [
        f"{item.name} × {part.quantity:g} at {item.price:,.2f}"
        if (item := items.get(part.basket_id or 0))
        else "delivery"
        for part in payment.parts
    ]
    return ", ".join(parts) or "no products in it"
