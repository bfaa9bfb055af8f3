"""`manage.py explain REQUEST_ID_OR_KEY`: the story of a request or of a click, without secrets.

Every call is told with its commands, their parameters, what the portal answered and how long it
worked, as far as the journal keeps it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone

from b24app.models import RestCall
from b24app.portals.calls import told_call
from payments.models import Attempt

# From the click to the last look at it that belongs to the click.
_AROUND = timedelta(seconds=15)


class Command(BaseCommand):
    """A request is known by the calls that it made, a click by its key in page and log."""

    help = "Tell what a request (12 characters) or an attempt (its key) did and what came of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="REQUEST_ID_OR_KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        lines = list(_of_key(name) if _is_key(name) else _of_request(name))
        if not lines:
            raise CommandError("Nothing is known of it; calls are kept for some days only.")
        self.stdout.writelines(f"{line}\n" for line in lines)


def _is_key(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _of_key(key: str) -> Iterator[str]:
    for attempt in Attempt.objects.select_related("portal").filter(key=key):
        yield from _told(attempt)
        until = (attempt.closed_at or timezone.now()) + _AROUND
        calls = RestCall.objects.filter(portal=attempt.portal, user_id=attempt.user_id)
        yield from _calls(calls.filter(at__range=(attempt.created_at - _AROUND, until)))


def _of_request(request_id: str) -> Iterator[str]:
    calls = RestCall.objects.filter(request_id=request_id)
    yield from _calls(calls)
    first = calls.order_by("at").first()
    if first is not None:
        around = (first.at - _AROUND, first.at + _AROUND)
        attempts = Attempt.objects.select_related("portal").filter(
            portal=first.portal, user_id=first.user_id, created_at__range=around
        )
        for attempt in attempts:
            yield from _told(attempt)


def _told(attempt: Attempt) -> Iterator[str]:
    yield f"attempt {attempt.key} on {attempt.portal}"
    yield f"  by user {attempt.user_id} on {attempt.entity_type}/{attempt.entity_id}"
    yield f"  begun {attempt.created_at}, closed {attempt.closed_at or 'not yet'}"
    payment = f", payment {attempt.payment_id}" if attempt.payment_id else ""
    yield f"  {attempt.state}{payment}"
    if attempt.error_kind:
        status = f" HTTP {attempt.error_status}" if attempt.error_status else ""
        yield f"  {attempt.error_kind} {attempt.error_code}{status}"


def _calls(calls: QuerySet[RestCall]) -> Iterator[str]:
    for call in calls.select_related("portal").order_by("at"):
        answer = call.error or "ok"
        status = f"HTTP {call.status}" if call.status else "no answer"
        yield (
            f"{call.at} request {call.request_id or '-'}: {call.method} to {call.portal}"
            f" as user {call.user_id}: {status}, {answer}, {call.milliseconds} ms"
        )
        told = told_call(call)
        yield from _indented(told.words and f"said: {told.words}", told.time, by=2)
        for command in told.commands:
            yield f"  {command.method} {command.params}"
            yield from _indented(command.outcome, command.time, by=4)


def _indented(*texts: str, by: int) -> Iterator[str]:
    yield from (f"{'':{by}}{text}" for text in texts if text)
