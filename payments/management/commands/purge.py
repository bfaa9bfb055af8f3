"""`manage.py purge`: deletes what is older than it has to be kept. Run it once a day."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from b24app.operations.purging import purge_calls, purge_events, purge_tasks
from payments.operations.purging import purge_attempts

# b24restdocs: market/preparing-to-publish/common-requirements.md
_FEWEST_DAYS_OF_CALLS = 3
_PURGES = {
    "calls": (purge_calls, 7, "the journal of REST calls (at least 3)"),
    "events": (purge_events, 30, "events that were dealt with"),
    "attempts": (purge_attempts, 400, "clicks that were closed"),
    "tasks": (purge_tasks, 14, "results of background work"),
}


def _days(fewest: int) -> Callable[[str], int]:
    def days(text: str) -> int:
        if not text.isdigit() or int(text) < fewest:
            raise ArgumentTypeError(f"it is a whole number of days, {fewest} or more")
        return int(text)

    return days


class Command(BaseCommand):
    """Each kind has its own number of days; open clicks and waiting events are never deleted."""

    help = "Delete old rows of the journal, of events, of clicks and of background work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, (_, default, what) in _PURGES.items():
            fewest = _FEWEST_DAYS_OF_CALLS if name == "calls" else 1
            parser.add_argument(
                f"--{name}",
                type=_days(fewest),
                default=default,
                metavar="DAYS",
                help=f"how long to keep {what}, by default {default} days",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for name, (purge, _, _) in _PURGES.items():
            deleted = purge(now - timedelta(days=options[name]))
            self.stdout.write(f"{name}: {deleted} deleted")
        call_command("clearsessions")
