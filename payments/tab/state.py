"""What the tab shows: a look at the card, the click that is open, and the form for the next."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

from django.utils import timezone

from b24app.frame.session import FrameSession
from b24app.messages.notice import Notice, Tone
from b24app.portals.actors import Actor
from payments.billing.offer import Line, Offer
from payments.commands.attempts import open_attempt
from payments.commands.resolve import Outcome
from payments.commands.terms import sign_terms, terms_of
from payments.commands.watermark import Watermark, sign_watermark
from payments.gateway.card import Look
from payments.gateway.composition import Composition
from payments.gateway.pay_systems import known_pay_systems
from payments.messages.outcome import notice_of_outcome
from payments.models import Attempt
from payments.types import Item, Payment, PaySystem, Summary, summarise


@dataclass(frozen=True)
class Desk:
    """The state of a tab. Without a `look` the list on the page stays as it is.

    `attempt` is the person's open click on this card; `candidates` are the payments among which
    they have to choose. `key`, `seen` and `terms` belong to the next click; `typed` are the fields
    of its form that the person has filled in already. `composition` is what became of the products
    of `composed`, the click just answered. Orders have rights of their own: where the look or an
    action was refused, their actions are not offered. Links need a scope of their own.
    """

    item: Item
    look: Look | None
    notice: Notice | None
    attempt: Attempt | None
    key: str
    seen: str
    terms: str = ""
    pay_systems: tuple[PaySystem, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    composition: Composition | None = None
    composed: Attempt | None = None
    may_edit_orders: bool = True
    has_links: bool = False

    @property
    def payments(self) -> tuple[Payment, ...]:
        """Newest first."""
        return tuple(reversed(self.look.payments)) if self.look else ()

    @property
    def summary(self) -> Summary | None:
        return summarise(self.look.card, self.look.payments) if self.look else None

    @property
    def offer(self) -> Offer:
        return self.look.offer if self.look else Offer()

    @property
    def lines(self) -> tuple[tuple[Line, str], ...]:
        """The lines of the form, each with the quantity that stands in it."""
        return tuple(
            (line, self.typed.get(f"row_{line.product.id}", str(line.proposed)))
            for line in self.offer.lines
        )

    @property
    def has_tax_left(self) -> bool:
        """Whether what is left to bill is tax that an app cannot bill."""
        products = self.look.products if self.look else ()
        is_left = self.summary is not None and bool(self.summary.left)
        return is_left and any(product.has_tax_on_top for product in products)

    @property
    def is_held(self) -> bool:
        """Whether the button waits: for the open click, or for something to be put right."""
        if self.attempt or not self.notice:
            return self.attempt is not None
        is_settled = self.notice.tone is Tone.SUCCESS or self.composition is not None
        return not (is_settled or self.notice.can_retry)

    @property
    def check_seconds(self) -> int:
        """In how many seconds the page asks again about the open click.

        Half the time to its turn: hundreds of pages that wait must not keep the server busy.
        """
        if not self.attempt or self.attempt.state != Attempt.State.QUEUED:
            return _CHECK_SECONDS
        wait = (self.attempt.began_at - timezone.now()).total_seconds()
        return max(1, min(int(wait / 2), _LONGEST_CHECK_SECONDS))

    @property
    def needs_word(self) -> bool:
        """Whether the person has to say what became of the open click."""
        return self.attempt is not None and self.attempt.needs_word

    @property
    def candidates(self) -> tuple[Payment, ...]:
        chosen = set(self.attempt.candidates) if self.attempt else set()
        return tuple(payment for payment in self.payments if payment.id in chosen)


SHOWN_AT_ONCE = 50
_CHECK_SECONDS, _LONGEST_CHECK_SECONDS = 2, 15
_ORDERS = "orders"


def may_edit_orders(session: FrameSession) -> bool:
    return session.denied != _ORDERS


def without_orders(session: FrameSession) -> FrameSession:
    """The session of somebody who was refused an order."""
    return replace(session, denied=_ORDERS)


def item_of(session: FrameSession) -> Item:
    return Item(session.entity_type, session.entity_id)


def desk_of(
    actor: Actor,
    session: FrameSession,
    *,
    look: Look | None,
    notice: Notice | None,
    attempt: Attempt | None,
    seen: Watermark | None = None,
    typed: Mapping[str, str] | None = None,
    composition: Composition | None = None,
    composed: Attempt | None = None,
) -> Desk:
    """The desk after something happened; the next click stands on `look`, else on `seen`."""
    if look is not None:
        seen = Watermark(look.newest_id, int(time.time()))
    return Desk(
        item=item_of(session),
        look=look,
        notice=notice,
        attempt=attempt if attempt and attempt.is_open else None,
        key=str(uuid4()),
        seen=sign_watermark(seen or Watermark(0, 0), session),
        terms=sign_terms(terms_of(look), session) if look and look.offer.can_bill else "",
        pay_systems=known_pay_systems(actor.portal),
        typed=typed or {},
        composition=composition,
        composed=composed,
        may_edit_orders=may_edit_orders(session) and not (look and look.may_edit_orders is False),
        has_links="salescenter" in actor.portal.scopes,
    )


def opened_desk(
    actor: Actor, session: FrameSession, *, look: Look | None, notice: Notice | None
) -> Desk:
    """The desk of a page that was just opened: an earlier click may still be open."""
    attempt = open_attempt(actor, item_of(session))
    if attempt and not notice:
        notice = notice_of_outcome(Outcome(attempt), is_admin=actor.user.is_admin)
    return desk_of(actor, session, look=look, notice=notice, attempt=attempt)
