"""One portal's limits, shared by every process through one row: a moment for every call.

The portal's bucket is kept as the time at which it would be empty (the generic cell rate
algorithm): a call moves that time on by its share, in one statement, and knows from it how long to
wait. Nothing is locked and no transaction is open while it waits. If the database cannot say, the
call goes unpaced.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from b24app.models import PortalPace
from b24app.rest.concurrency import Moment, Usage, is_write
from b24app.rest.errors import QueueTooLong, ServerBusy

log = logging.getLogger(__name__)
_DATABASE_DOWN = (DatabaseError, InterfaceError)
# Shares of a method's time: from the first it is remembered, from the second reads slow down.
_NOTABLE, _NEARLY_USED_UP = 0.5, 0.83
_SLOWEST_READ_SECONDS = 5.0
# So much of the bucket is for what nobody waits for.
_SHARE_OF_LAST = 0.25
# A method's time is counted in minutes (b24restdocs: settings/performance/limits.md).
_UNKNOWN_PAUSE_SECONDS = 60.0
_RESERVE = """
INSERT INTO b24app_portalpace (member_id, free_at, methods) VALUES (%s, %s, '{{}}')
ON CONFLICT (member_id) DO UPDATE SET free_at = {greatest}(b24app_portalpace.free_at, %s) + %s
WHERE {greatest}(b24app_portalpace.free_at, %s) <= %s
RETURNING free_at, methods
"""


@dataclass(frozen=True)
class SharedPace:
    """The pace of the portal with this member id, as `rest.concurrency.Pace` describes it.

    A `rate` is that of others than portals: calls a second, and how many at once. One that
    `is_last` gets a moment at once while most of the bucket is free, or none: people come first.
    """

    member_id: str
    rate: tuple[float, int] | None = None
    is_last: bool = False

    def reserve(self, methods: Sequence[str], *, seconds: float) -> Moment:
        now = time.time()
        try:
            found = self._reserve(now, seconds)
            if found is None:
                free_at = PortalPace.objects.values_list("free_at", flat=True).get(
                    pk=self.member_id
                )
                raise QueueTooLong(seconds=max(0.0, free_at - self._room - now))
        except _DATABASE_DOWN:
            log.exception("portal asked without a pace")
            return Moment(now)
        free_at, known = found
        at = max(now, free_at - self._share - self._headroom)
        if known == "{}":
            return Moment(at)
        usages = {m: u for m, u in json.loads(known).items() if m in methods and now < u[1]}
        paused = frozenset(method for method, usage in usages.items() if usage[2])
        if not any(map(is_write, methods)):
            at += _slowness(usage[0] for usage in usages.values())
        return Moment(at, paused)

    def give_back(self) -> None:
        self._change(free_at=F("free_at") - self._share)

    def hold_back(self, seconds: float) -> None:
        full_at = time.time() + seconds + self._headroom
        self._change(free_at=Greatest(F("free_at"), Value(full_at)))

    def note(self, usages: Mapping[str, Usage]) -> None:
        limit = settings.B24_OPERATING_SECONDS
        notable = {
            method: [usage.seconds, usage.reset_at, False]
            for method, usage in usages.items()
            if usage.seconds >= _NOTABLE * limit
        }
        if notable:
            self._remember(notable)

    def pause(self, methods: Sequence[str]) -> None:
        """Until the reset that an answer named before, or else to the next minute's account."""
        limit = float(settings.B24_OPERATING_SECONDS)
        soon = time.time() + _UNKNOWN_PAUSE_SECONDS
        self._remember({method: [limit, soon, True] for method in methods})

    def _reserve(self, now: float, seconds: float) -> tuple[float, str] | None:
        """(when all is drained, what is known of methods), or None: the moment is too far away."""
        share = self._share
        greatest = "GREATEST" if connection.vendor == "postgresql" else "MAX"
        latest = now + self._room + (0.0 if self.is_last else seconds)
        with connection.cursor() as cursor:
            cursor.execute(
                _RESERVE.format(greatest=greatest),
                [self.member_id, now + share, now, share, now, latest],
            )
            rows: list[tuple[float, str]] = cursor.fetchall()
        return rows[0] if rows else None

    @property
    def _share(self) -> float:
        """Seconds of the bucket that one call takes."""
        return 1.0 / float(self.rate[0] if self.rate else settings.B24_CALLS_PER_SECOND)

    @property
    def _headroom(self) -> float:
        """Seconds by which the bucket may be ahead: as many calls may come at once."""
        at_once = self.rate[1] if self.rate else settings.B24_CALLS_AT_ONCE
        return float(at_once - 1) * self._share

    @property
    def _room(self) -> float:
        """The headroom that is for these calls."""
        return self._headroom * _SHARE_OF_LAST if self.is_last else self._headroom

    def _change(self, **values: Any) -> None:
        try:
            PortalPace.objects.filter(pk=self.member_id).update(**values)
        except _DATABASE_DOWN:
            log.exception("pace of %s not changed", self.member_id)

    def _remember(self, news: Mapping[str, list[float]]) -> None:
        now = time.time()
        try:
            with transaction.atomic():
                row = PortalPace.objects.select_for_update().filter(pk=self.member_id).first()
                if row is None:
                    return
                known = {m: u for m, u in json.loads(row.methods).items() if u[1] > now}
                for method, usage in news.items():
                    if usage[2] and method in known:
                        usage[1] = known[method][1]
                    known[method] = usage
                row.methods = json.dumps(known)
                row.save(update_fields=["methods"])
        except _DATABASE_DOWN:
            log.exception("use of methods of %s not noted", self.member_id)


def _slowness(used: Iterable[float]) -> float:
    """Seconds that a read waits so that the rest of a method's time is left for writes."""
    share = max(used, default=0.0) / float(settings.B24_OPERATING_SECONDS)
    excess = (share - _NEARLY_USED_UP) / (1 - _NEARLY_USED_UP)
    return _SLOWEST_READ_SECONDS * max(0.0, min(1.0, excess))


# Launches whose portal nobody knows, all together: anybody can invent them.
_STRANGERS = SharedPace("strangers", rate=(5.0, 30))
_STRANGERS_SECONDS = 3.0


def oauth_moment(member_id: str | None) -> float:
    """When the OAuth server may be asked about a token that nobody has proven yet.

    Everybody here needs that server, so a launch at the address of a known portal takes a moment of
    that portal's, and any other one of the strangers'; if it is far away, raises QueueTooLong for
    the former and ServerBusy for the latter.
    """
    pace = _STRANGERS if member_id is None else SharedPace(member_id)
    try:
        return pace.reserve((), seconds=_STRANGERS_SECONDS).at
    except QueueTooLong as error:
        if member_id is not None:
            raise
        raise ServerBusy(text="too many ask") from error
