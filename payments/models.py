"""Attempt: one click on Add payment, written down before anything is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from b24app.models import Portal
from payments.types import Entity, Portion, Wish


class Attempt(models.Model):
    """One intention to add one payment; at most one is open per portal, card and person.

    `settles_at` is the moment from which "the portal lists no such payment" means that it was not
    made: until then the portal may still be working on it. `candidates` are payment ids among which
    the person has to choose. `asked` is the Wish; until `busy_until` one process alone may put what
    is missing into the payment. `number`, `amount` and `currency` are what the portal last showed.
    A queued click has been sent nowhere yet; `due_at` is its moment within the portal's rate limit.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        ADDED = "added"
        REFUSED = "refused"
        UNCLEAR = "unclear"
        NOT_ADDED = "not_added"

    OPEN = (State.QUEUED, State.SENDING, State.UNCLEAR)

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="attempts")
    user_id = models.BigIntegerField()
    entity_type = models.PositiveSmallIntegerField()
    entity_id = models.BigIntegerField()
    key = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    asked = models.JSONField(default=dict)
    busy_until = models.DateTimeField(null=True, blank=True)
    seen_max_id = models.BigIntegerField()
    payment_id = models.BigIntegerField(null=True, blank=True)
    number = models.CharField(max_length=100, default="", blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    candidates = models.JSONField(default=list, blank=True)
    error_kind = models.CharField(max_length=40, default="", blank=True)
    error_code = models.CharField(max_length=100, default="", blank=True)
    error_text = models.CharField(max_length=300, default="", blank=True)
    error_status = models.PositiveSmallIntegerField(null=True, blank=True)
    settles_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.entity_type}/{self.entity_id}"

    @property
    def entity(self) -> Entity:
        return Entity(self.entity_type, self.entity_id)

    @property
    def wish(self) -> Wish:
        return Wish(
            portions=tuple(Portion(*portion) for portion in self.asked.get("portions", [])),
            pay_system_id=self.asked.get("pay_system"),
        )

    @staticmethod
    def asked_of(wish: Wish) -> dict[str, Any]:
        """A wish as it is stored."""
        portions = [[portion.row_id, portion.quantity] for portion in wish.portions]
        return {"portions": portions, "pay_system": wish.pay_system_id}

    @property
    def began_at(self) -> datetime:
        """When its sending began, or is to begin."""
        return self.due_at or self.created_at

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
