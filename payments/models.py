"""Attempt: one click on Add payment, written down before anything is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from b24app.models import Portal
from payments import limits
from payments.fields import AmountField
from payments.types import Item, Portion, PutIn, Wish

_UNWANTED = timedelta(minutes=3)


def portal_limit() -> timedelta:
    """How long a portal may go on working on a request (b24restdocs: limits.md)."""
    return timedelta(seconds=settings.B24_REQUEST_LIMIT_SECONDS)


class Attempt(models.Model):
    """One intention to add one payment; at most one is open per portal, card and person.

    `settles_at` is the moment from which "the portal lists no such payment" means that it was not
    made: until then the portal may still be working on it. `candidates` are payment ids among which
    the person has to choose, `declined` those that they said are not theirs. `asked` is the Wish;
    until `busy_until` one process alone may put what is missing into the payment, and `composed` is
    what came of that. `number`, `amount` and `currency` are what the portal last showed.
    A queued click has been sent nowhere yet; `due_at` is its moment within the portal's rate limit.
    `refused_since` is when the portal began to refuse every look for it. One that is unknown is
    closed, and nobody can find out any more what came of it. `is_gone`: its payment was made, and
    deleted again.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        ADDED = "added"
        REFUSED = "refused"
        UNCLEAR = "unclear"
        NOT_ADDED = "not_added"
        UNKNOWN = "unknown"

    OPEN = (State.QUEUED, State.SENDING, State.UNCLEAR)
    # In the place of an error's kind: not sent, as somebody else's payment had to be told first.
    HELD_BACK = "held_back"

    # The index of attempts_of_card serves the key as well.
    portal = models.ForeignKey(
        Portal, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    user_id = models.BigIntegerField()
    entity_type = models.PositiveSmallIntegerField()
    entity_id = models.BigIntegerField()
    key = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    asked = models.JSONField(default=dict)
    # With defaults of the database, so that workers of before may go on writing during an update.
    composed = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )
    busy_until = models.DateTimeField(null=True, blank=True)
    seen_max_id = models.BigIntegerField()
    payment_id = models.BigIntegerField(null=True, blank=True)
    number = models.CharField(max_length=limits.NUMBER_LENGTH, default="", blank=True)
    amount = AmountField(max_length=limits.AMOUNT_LENGTH, null=True, blank=True)
    currency = models.CharField(max_length=limits.CURRENCY_LENGTH, default="", blank=True)
    candidates = models.JSONField(default=list, blank=True)
    declined = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), blank=True
    )
    error_kind = models.CharField(max_length=40, default="", blank=True)
    error_code = models.CharField(max_length=limits.ERROR_CODE_LENGTH, default="", blank=True)
    error_text = models.CharField(max_length=limits.ERROR_TEXT_LENGTH, default="", blank=True)
    error_status = models.PositiveSmallIntegerField(null=True, blank=True)
    settles_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    refused_since = models.DateTimeField(null=True, blank=True)
    is_gone = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["portal", "key"], name="one_attempt_per_key"),
            models.UniqueConstraint(
                fields=["portal", "entity_type", "entity_id", "user_id"],
                condition=Q(state__in=["queued", "sending", "unclear"]),
                name="one_open_attempt_per_card_and_user",
            ),
            models.UniqueConstraint(
                fields=["portal", "payment_id"],
                condition=Q(payment_id__isnull=False),
                name="one_attempt_per_payment",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["queued", "sending", "unclear"]),
                name="open_attempts",
            ),
            models.Index(
                fields=["portal", "entity_type", "entity_id", "user_id"], name="attempts_of_card"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.entity_type}/{self.entity_id}"

    @property
    def item(self) -> Item:
        return Item(self.entity_type, self.entity_id)

    @property
    def wish(self) -> Wish:
        return Wish(
            portions=tuple(_portion(*portion) for portion in self.asked.get("portions", [])),
            pay_system_id=self.asked.get("pay_system"),
            currency=self.asked.get("currency", ""),
            saves_rows=self.asked.get("saves_rows", False),
        )

    @staticmethod
    def asked_of(wish: Wish) -> dict[str, Any]:
        """A wish as it is stored."""
        portions = [
            [p.row_id, p.quantity, None if p.unit is None else str(p.unit), p.is_twin]
            for p in wish.portions
        ]
        return {
            "portions": portions,
            "pay_system": wish.pay_system_id,
            "currency": wish.currency,
            "saves_rows": wish.saves_rows,
        }

    @property
    def put_in(self) -> PutIn:
        """Which parts this click put into its payment, and what will never get in."""
        return PutIn(
            {int(part): row for part, row in self.composed.get("parts", {}).items()},
            frozenset(self.composed.get("same", [])),
            frozenset(self.composed.get("wordless", [])),
            self.composed.get("unsaved", False),
        )

    @staticmethod
    def composed_of(put_in: PutIn) -> dict[str, Any]:
        """What came of putting in, as it is stored; nothing at all is empty."""
        if put_in == PutIn({}):
            return {}
        return {
            "parts": {str(part): row for part, row in sorted(put_in.parts.items())},
            "same": sorted(put_in.same),
            "wordless": sorted(put_in.wordless),
            "unsaved": put_in.is_unsaved,
        }

    @property
    def began_at(self) -> datetime:
        """When its sending began, or is to begin."""
        return self.due_at or self.created_at

    @property
    def last_moment(self) -> float:
        """The unix time from which it must not be sent any more.

        What leaves later could still be worked on when it is closed as not added.
        """
        return (self.settles_at - portal_limit()).timestamp()

    @property
    def is_settled(self) -> bool:
        """Whether the portal, as far as its limit is known, works on it no more."""
        return timezone.now() >= self.settles_at

    @property
    def needs_word(self) -> bool:
        """Whether only the person can end it: a portal of one's own may work without a limit."""
        is_unclear = self.state == self.State.UNCLEAR and self.is_settled
        return bool(self.candidates) or (is_unclear and not self.portal.is_cloud)

    @property
    def is_unwanted(self) -> bool:
        """Whether it waits in the queue so long after its moment that nobody is there any more."""
        is_late = timezone.now() - self.began_at > _UNWANTED
        return self.state == self.State.QUEUED and is_late

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_held_back(self) -> bool:
        return self.error_kind == self.HELD_BACK


def _portion(row_id: int, quantity: int, unit: str | None = None, is_twin: bool = False) -> Portion:
    return Portion(row_id, quantity, None if unit is None else Decimal(unit), is_twin)


class FieldSetup(models.Model):
    """Whether a portal's deals have fields for their figures, and how far their making has come.

    `user_id` switched it on, and the fields are made with their token. Until `claimed_until` one
    process alone may make them, or, after a failure, nobody; `tries` counts the failures in a row.
    """

    class State(models.TextChoices):
        OFF = "off"
        MAKING = "making"
        READY = "ready"
        FAILED = "failed"

    portal = models.OneToOneField(Portal, on_delete=models.CASCADE, primary_key=True)
    state = models.CharField(max_length=7, choices=State.choices)
    user_id = models.BigIntegerField()
    language = models.CharField(max_length=10, default="en")
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error_kind = models.CharField(max_length=40, default="", blank=True)
    error_code = models.CharField(max_length=limits.ERROR_CODE_LENGTH, default="", blank=True)
    error_text = models.CharField(max_length=limits.ERROR_TEXT_LENGTH, default="", blank=True)
    error_status = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["claimed_until"], condition=Q(state="making"), name="fields_in_the_making"
            )
        ]

    def __str__(self) -> str:
        return f"fields {self.state}"


class DealFigures(models.Model):
    """A deal whose fields may not say what its payments say; gone once they do.

    Each click and each look that finds a difference sets a new `mark`, so that what was marked
    meanwhile is looked at again. From `due_at` on somebody should look, with the token of
    `user_id`; until `claimed_until` one process alone does. A refusal stays, with the figures that
    were to be written and the people whom it met; without `due_at` nobody tries those again.
    `is_told`: the person has read of it.
    """

    portal = models.ForeignKey(
        Portal, on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    deal_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    mark = models.CharField(max_length=16)
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refused = models.JSONField(default=dict, blank=True)
    refused_to = models.JSONField(default=list, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    error_kind = models.CharField(max_length=40, default="", blank=True)
    error_code = models.CharField(max_length=limits.ERROR_CODE_LENGTH, default="", blank=True)
    error_text = models.CharField(max_length=limits.ERROR_TEXT_LENGTH, default="", blank=True)
    error_status = models.PositiveSmallIntegerField(null=True, blank=True)
    is_told = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["portal", "deal_id"], name="one_row_per_deal")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="figures_due"),
        ]

    def __str__(self) -> str:
        return f"figures of deal {self.deal_id}"
