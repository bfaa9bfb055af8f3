"""What the tab shows: a look at the card, the attempt that is open, and the form for the next."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import uuid4

from django.utils import timezone

from b24app.frame.session import FrameSession
from b24app.messages.notice import Notice, Tone
from b24app.messages.rest_errors import explain
from b24app.portals.actors import Actor
from b24app.rest.errors import AccessDenied, RestError
from payments.billing.offer import Offer, OfferedProduct
from payments.commands.change import Done
from payments.commands.looking import look_at
from payments.commands.others import Other
from payments.commands.resolve import Outcome, look_after
from payments.commands.terms import sign_terms, terms_of
from payments.commands.watermark import Watermark, sign_watermark
from payments.follow_up.noticing import follow
from payments.gateway.card import Look
from payments.gateway.composition import Composition
from payments.gateway.pay_systems import known_pay_systems
from payments.messages.adding import someone_was_faster
from payments.messages.figures import unwritten
from payments.messages.outcome import notice_of_outcome
from payments.models import Attempt
from payments.tab.sending import Menu
from payments.types import Item, Payment, PaySystem, Summary, summarise

SHOWN_AT_ONCE = 50
_CHECK_SECONDS, _LONGEST_CHECK_SECONDS = 2, 15
_ORDERS = "orders"


@dataclass(frozen=True)
class TabState:
    """The tab of a person on a card. It starts empty, and each `with_…` gives a fuller one.

    Without a `look` the list on the page stays as it is. `attempt` is the person's open attempt on
    this card, `answered` the one that the response is about. `composition` is what became of its
    products, `menu` that of a link on a page without script. `key`, `watermark` and `typed` belong
    to the form for the next attempt. The watermark is of the look, else of the page. `has_changed`
    has the frame refresh the card behind the tab. `unwritten` says, once, why the deal's own fields
    do not show what its payments come to.
    """

    actor: Actor
    session: FrameSession
    look: Look | None = None
    notice: Notice | None = None
    attempt: Attempt | None = None
    answered: Attempt | None = None
    composition: Composition | None = None
    menu: Menu | None = None
    watermark: Watermark | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    has_changed: bool = False
    unwritten: Notice | None = None
    key: str = field(default_factory=lambda: str(uuid4()))

    def with_notice(self, notice: Notice) -> TabState:
        return replace(self, notice=notice)

    def with_error(self, error: RestError) -> TabState:
        return self.with_notice(explain(error, is_admin=self.actor.user.is_admin))

    def with_typed(self, typed: Mapping[str, str]) -> TabState:
        """The fields of the form that the person has filled in already."""
        return replace(self, typed=typed)

    def with_menu(self, menu: Menu) -> TabState:
        return replace(self, menu=menu)

    def with_look(self, look: Look | None) -> TabState:
        """The card as it was read. The next attempt stands on it."""
        if look is None:
            return self
        return replace(self, look=look, watermark=Watermark(look.newest_id, int(time.time())))

    def with_look_now(self) -> TabState:
        """The card as it is now. Where the portal does not tell, the list on the page stays."""
        try:
            return self.with_look(look_at(self.actor, self.item))
        except RestError:
            return self

    def with_other(self, other: Other, look: Look) -> TabState:
        """The card as it was read, and whose payment held the click back; it does so once."""
        notice = someone_was_faster(other, look.payment(other.payment_id))
        told = max(self.watermark.told if self.watermark else 0, other.click)
        watermark = Watermark(look.newest_id, int(time.time()), told)
        return replace(self.with_look(look), notice=notice, watermark=watermark)

    def with_pending(self, attempt: Attempt | None) -> TabState:
        """The attempt keeps the button while it is open. It has words if there are no others.

        So has one that ended unknown: its person may not have heard of it yet.
        """
        is_open = attempt is not None and attempt.is_open
        notice = self.notice
        if attempt and not notice and (is_open or attempt.state == Attempt.State.UNKNOWN):
            notice = self._notice_of(Outcome(attempt))
        return replace(self, attempt=attempt if is_open else None, notice=notice)

    def with_outcome(self, outcome: Outcome) -> TabState:
        """The answer to an attempt or a question about one.

        A closed one shows the card as it is now. After an add that was refused, the list on the
        page will do.
        """
        attempt = outcome.attempt
        is_added = attempt.state == Attempt.State.ADDED
        is_list_told = attempt.is_open or self.watermark is not None
        if outcome.look is None and (is_added or not is_list_told):
            outcome = look_after(self.actor, outcome)
        return replace(
            self.with_look(outcome.look),
            notice=self._notice_of(outcome),
            answered=attempt,
            composition=outcome.composition,
            has_changed=is_added,
        ).with_pending(attempt)

    def with_fields_followed(self) -> TabState:
        """The deal's fields are brought up to date behind the answer, or a word says why not."""
        error = follow(self.actor, self.item, self.look, has_changed=self.has_changed)
        return replace(self, unwritten=unwritten(error)) if error else self

    def with_done(self, done: Done, notice: Notice) -> TabState:
        """What came of an action. Who was refused an order is not offered its actions again."""
        is_refused = isinstance(done.error, AccessDenied)
        session = replace(self.session, denied=_ORDERS) if is_refused else self.session
        told = replace(self, session=session, notice=notice, has_changed=done.error is None)
        return told.with_look(done.look)

    @property
    def item(self) -> Item:
        return Item(self.session.entity_type, self.session.entity_id)

    @property
    def signed_watermark(self) -> str:
        return sign_watermark(self.watermark or Watermark(0, 0), self.session)

    @property
    def signed_terms(self) -> str:
        return sign_terms(terms_of(self.look), self.session) if self.look else ""

    @cached_property
    def pay_systems(self) -> tuple[PaySystem, ...]:
        return known_pay_systems(self.actor.portal)

    @cached_property
    def may_edit_orders(self) -> bool:
        """Orders have rights of their own: the look or an action may have been refused."""
        is_refused = self.look is not None and self.look.may_edit_orders is False
        return self.session.denied != _ORDERS and not is_refused

    @cached_property
    def has_links(self) -> bool:
        """Links need a scope of their own."""
        return "salescenter" in self.actor.portal.scopes

    @cached_property
    def payments(self) -> tuple[Payment, ...]:
        """Newest first."""
        return tuple(reversed(self.look.payments)) if self.look else ()

    @cached_property
    def summary(self) -> Summary | None:
        """The totals of the payments that were read; nobody knows what is left beside others."""
        if self.look is None:
            return None
        card = self.look.card
        if self.look.has_older_payments:
            card = replace(card, amount=None)
        return summarise(card, self.look.payments)

    @property
    def offer(self) -> Offer:
        return self.look.offer if self.look else Offer()

    @property
    def lines(self) -> tuple[tuple[OfferedProduct, str], ...]:
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
        """Whether the button waits: for the open attempt, or for something to be put right."""
        if self.attempt or not self.notice:
            return self.attempt is not None
        is_settled = self.notice.tone is Tone.SUCCESS or self.composition is not None
        return not (is_settled or self.notice.can_retry)

    @property
    def check_seconds(self) -> int:
        """In how many seconds the page asks again about the open attempt.

        Half the time to its moment: hundreds of pages that wait must not keep the server busy.
        """
        if not self.attempt or self.attempt.state != Attempt.State.QUEUED:
            return _CHECK_SECONDS
        wait = (self.attempt.began_at - timezone.now()).total_seconds()
        return max(1, min(int(wait / 2), _LONGEST_CHECK_SECONDS))

    @property
    def needs_word(self) -> bool:
        """Whether the person has to say what became of the open attempt."""
        return self.attempt is not None and self.attempt.needs_word

    @property
    def candidates(self) -> tuple[Payment, ...]:
        """The payments among which the person has to choose."""
        chosen = set(self.attempt.candidates) if self.attempt else set()
        return tuple(payment for payment in self.payments if payment.id in chosen)

    @property
    def asked_about(self) -> str:
        """What "none of these" is about, as the form sends it: no payment that came after the look.

        One that is listed but cannot be read is among them, or its click would never end.
        """
        listed = set(self.look.ids) if self.look else set()
        candidates = self.attempt.candidates if self.attempt else ()
        return ",".join(str(each) for each in candidates if each in listed)

    def _notice_of(self, outcome: Outcome) -> Notice:
        return notice_of_outcome(outcome, is_admin=self.actor.user.is_admin)
