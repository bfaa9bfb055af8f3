"""The card of a contact or a company: its deals, and the tabs of the app."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.crm.clients import COMPANY, CONTACT, Client
from tests.standin.crm.records import Deal
from tests.standin.pages.markup import Html, data, fill, join, money, tag
from tests.standin.pages.tabs import show_panels, show_tabs
from tests.standin.pages.visits import Visit
from tests.standin.world import Binding

KINDS = {"contact": CONTACT, "company": COMPANY}
_TABS = {CONTACT: "CRM_CONTACT_DETAIL_TAB", COMPANY: "CRM_COMPANY_DETAIL_TAB"}
_NAMES = {CONTACT: "Contact", COMPANY: "Company"}


@dataclass(frozen=True)
class ClientCard:
    """What is shown: a client's type and id, and the client if the user may read it."""

    visit: Visit
    type_id: int
    client_id: int

    @property
    def client(self) -> Client | None:
        found = self.visit.portal.clients.get((self.type_id, self.client_id))
        return found if found is not None and self.visit.user.may_read(found) else None

    @property
    def title(self) -> str:
        return self.client.title if self.client else f"{_NAMES[self.type_id]} #{self.client_id}"

    @property
    def bindings(self) -> list[Binding]:
        """The tabs of the app that the user sees."""
        return self.visit.bindings_at(_TABS[self.type_id])

    @property
    def deals(self) -> list[Deal]:
        """Those that the user may read."""
        return [
            deal
            for deal in self.visit.portal.deals.values()
            if not deal.is_deleted and self.visit.may_read(deal) and self._is_of(deal)
        ]

    def _is_of(self, deal: Deal) -> bool:
        if self.type_id == COMPANY:
            return deal.company_id == self.client_id
        return self.client_id in (deal.contact_id, *deal.other_contact_ids)


def show_client_card(card: ClientCard) -> Html:
    """The content of the card's page."""
    return fill(
        "client",
        kind=_NAMES[card.type_id],
        id=card.client_id,
        title=card.title,
        tabs=show_tabs(card.visit, card.bindings),
        panels=show_panels(card.bindings),
        deals=_deals(card),
        data=data({"page": "card", "id": str(card.client_id)}),
    )


def link_to_client(visit: Visit, type_id: int, client_id: int | None) -> Html:
    """The client's name, leading to its card; a dash where there is none."""
    if client_id is None:
        return Html("–")
    kind = next(name for name, each in KINDS.items() if each == type_id)
    card = ClientCard(visit, type_id, client_id)
    return tag("a", card.title, href=f"/crm/{kind}/details/{client_id}/")


def _deals(card: ClientCard) -> Html:
    if not card.deals:
        return tag("p", "No deals that you may see.", class_="note")
    rows = join(
        tag(
            "tr",
            tag("td", tag("a", deal.title, href=f"/crm/deal/details/{deal.id}/")),
            tag("td", money(deal.opportunity, deal.currency), class_="number"),
        )
        for deal in card.deals
    )
    return tag("table", tag("tbody", rows))
