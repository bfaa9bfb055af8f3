"""Rows of any Bitrix24 app: portals, the people seen in them, and the journal of calls.

A portal is its `member_id`; host and endpoint are facts about it that change. Secrets are stored
sealed, each bound to its own row and field.
"""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from b24app.protocol.addresses import Endpoint, parse_endpoint

_PROVEN_FOR = timedelta(days=1)


def epoch_of_now() -> int:
    """An epoch greater than any that was ever given out, also to a row that a restore took away.

    Minutes, because none grows by more than one a minute, and so it fits for ever.
    """
    return int(time.time()) // 60


class Portal(models.Model):
    """One Bitrix24.

    `epoch` grows when the app is removed or comes back, which ends older frame sessions, as it
    does after a restore, which may give a row's number to another portal;
    `unbatchable` are methods this portal has refused inside a batch; `notes` are facts that the
    rooms above keep about it. `trouble` names the class of the error that closed a blocked portal,
    `trouble_at` says since when. `installer_id` is the administrator whose tokens serve the
    background; None until there is one, and after their access was lost. `proven_at` is when the
    OAuth server last named the stored address as this portal's: names change hands.
    From `subscription_due_at` on somebody should look whether the subscription runs, because an
    event hinted at it; the last such look was at `subscription_seen_at`.
    `uninstalled_at` is the removal's own time: an installation older than it comes too late. At
    `erase_at` all that is known of a removed portal goes, unless the app came back.
    """

    class State(models.TextChoices):
        INSTALLING = "installing"
        ACTIVE = "active"
        BLOCKED = "blocked"
        UNINSTALLED = "uninstalled"

    member_id = models.CharField(max_length=32, unique=True)
    client_endpoint = models.CharField(max_length=300, db_index=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    oauth_server = models.CharField(max_length=100)
    state = models.CharField(max_length=12, choices=State.choices, default=State.INSTALLING)
    epoch = models.PositiveIntegerField(default=epoch_of_now)
    app_code = models.CharField(max_length=100, default="", blank=True)
    application_token = models.TextField(default="", blank=True)
    installer_id = models.BigIntegerField(null=True, blank=True)
    scopes = models.JSONField(default=list)
    unbatchable = models.JSONField(default=list)
    notes = models.JSONField(default=dict)
    trouble = models.CharField(max_length=40, default="", blank=True)
    trouble_at = models.DateTimeField(null=True, blank=True)
    installed_at = models.DateTimeField(null=True, blank=True)
    uninstalled_at = models.DateTimeField(null=True, blank=True)
    erase_at = models.DateTimeField(null=True, blank=True)
    subscription_due_at = models.DateTimeField(null=True, blank=True)
    subscription_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "id"], name="portals_by_state"),
            models.Index(
                fields=["subscription_due_at"],
                condition=models.Q(subscription_due_at__isnull=False),
                name="subscriptions_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint.host} ({self.state})"

    @property
    def endpoint(self) -> Endpoint:
        return parse_endpoint(
            self.client_endpoint, allow_insecure=settings.B24_ALLOW_INSECURE_PORTALS
        )

    @property
    def is_cloud(self) -> bool:
        """Whether Bitrix24 runs it, so that its limits are known (b24restdocs: limits.md)."""
        return re.fullmatch(settings.B24_CLOUD_HOSTS, self.endpoint.host) is not None

    @property
    def is_usable(self) -> bool:
        """Whether it is worth asking: a blocked portal may be in order again at any moment."""
        return self.state != self.State.UNINSTALLED

    @property
    def is_proven(self) -> bool:
        """Whether the stored address may answer for a token without the OAuth server."""
        return self.proven_at is not None and timezone.now() - self.proven_at < _PROVEN_FOR

    def account_uid(self, user_id: int | str = "") -> str:
        """The id of a person's account outside the frame; without one, how all of them begin."""
        return f"{self.member_id}:{user_id}"

    def current(self) -> models.QuerySet[Portal]:
        """The portal's row, unless the app was removed or came back since it was read."""
        return Portal.objects.filter(pk=self.pk, epoch=self.epoch)

    def change(self, rows: models.QuerySet[Portal] | None = None, **fields: Any) -> bool:
        """Change the row and `self` alike, if it is still current, or else among `rows`."""
        rows = self.current() if rows is None else rows
        if not rows.update(**fields, updated_at=timezone.now()):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True


class PortalUser(models.Model):
    """A person in a portal, with the sealed tokens of their own last launch.

    `epoch` is the portal's when the row was last written: a launch from before a removal writes no
    tokens after it. `token_version` grows with every stored pair, `renewed_at` is when it came;
    until `lease_until` one process alone may renew the stored version, and until `retry_after`
    nobody may, because the OAuth server has refused it. The installer is a user like the others,
    so that a salesperson's launch can never overwrite the installer's pair. `name_key` is for
    searching.
    """

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="users")
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=200, default="", blank=True)
    name_key = models.GeneratedField(
        expression=Lower("name"),
        output_field=models.CharField(max_length=200),
        db_persist=True,
        db_index=True,
    )
    is_admin = models.BooleanField(default=False)
    access_token = models.TextField(default="", blank=True)
    refresh_token = models.TextField(default="", blank=True)
    epoch = models.PositiveIntegerField(default=0)
    token_version = models.PositiveIntegerField(default=1)
    renewed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    retry_after = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["portal", "user_id"], name="one_row_per_portal_user")
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} of portal {self.portal_id}"


class EventReceipt(models.Model):
    """One event as Bitrix24 delivered it, kept before it is handled: nothing sends it again.

    `digest` is the hash of the content, so that a replay is the same row; `body` is the sealed
    event, gone once it is handled; `at` is the event's own time, never later than ours. One
    that `is_proven` came with the portal's application token. Until `claimed_until` one worker
    alone may handle it, or, after a failure, nobody.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        HANDLED = "handled"
        REFUSED = "refused"
        FAILED = "failed"

    digest = models.CharField(max_length=64, unique=True)
    member_id = models.CharField(max_length=32, db_index=True)
    name = models.CharField(max_length=64)
    body = models.TextField(blank=True)
    is_proven = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["received_at"], condition=models.Q(state="waiting"), name="waiting_events"
            ),
            models.Index(
                fields=["received_at"], condition=models.Q(state="failed"), name="failed_events"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class RestCall(models.Model):
    """One HTTP request to a portal, kept for some days as the Market demands; no personal data.

    `commands` are methods, in the order of `params`, which are JSON by key like `answer`; both hold
    what `call_log/redaction.py` lets through and nothing else. `answer` is empty where none came
    that could be read. `request_id` is the id of the request to us that caused it.

    b24restdocs: market/preparing-to-publish/common-requirements.md
    """

    # The index of calls_of_portal serves the key as well.
    portal = models.ForeignKey(
        Portal, on_delete=models.CASCADE, related_name="calls", db_index=False
    )
    user_id = models.BigIntegerField()
    method = models.CharField(max_length=100)
    commands = models.TextField(default="", blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=100, default="", blank=True)
    milliseconds = models.PositiveIntegerField()
    request_id = models.CharField(max_length=12, default="", blank=True)
    # The database's default serves processes of the version before, while it is updated.
    params = models.TextField(default="", db_default="", blank=True)
    answer = models.TextField(default="", db_default="", blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["portal", "at"], name="calls_of_portal"),
            models.Index(fields=["at"], condition=~models.Q(error=""), name="failed_calls"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.status} {self.error}".strip()


class PortalPace(models.Model):
    """What one portal allows all our processes; kept by `rate_limit.py`, and no loss if lost.

    `free_at` is the unix time at which everything reserved so far will have drained away. `methods`
    is JSON: by method, [seconds used of its ten minutes, unix time of its reset, is it paused].
    A row may be there before its portal's, and tells nothing of anybody.
    """

    member_id = models.CharField(max_length=32, primary_key=True)
    free_at = models.FloatField()
    methods = models.TextField(default="{}")

    def __str__(self) -> str:
        return f"pace of {self.member_id}"
