"""`manage.py purge`: deletes what is older than it has to be kept. Run it once a day."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from b24app.operations.purging import PURGES, Purge
from b24app.portals.removal import forget_due
from b24app.spec import app_spec


def _purges() -> list[Purge]:
    """The kinds of these rooms and of the app's own."""
    return [*PURGES, *app_spec().load("purges")]


def _days(fewest: int) -> Callable[[str], int]:
    def days(text: str) -> int:
        if not text.isdigit() or int(text) < fewest:
            raise ArgumentTypeError(f"it is a whole number of days, {fewest} or more")
        return int(text)

    return days


class Command(BaseCommand):
    """Each kind has its own number of days; what is still open or waiting is never deleted."""

    help = "Delete rows of every kind that are older than they have to be kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for purge in _purges():
            parser.add_argument(
                f"--{purge.name}",
                type=_days(purge.fewest_days),
                default=purge.days,
                metavar="DAYS",
                help=f"how long to keep {purge.what}, by default {purge.days} days",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for purge in _purges():
            deleted = purge.run(now - timedelta(days=options[purge.name]))
            self.stdout.write(f"{purge.name}: {deleted} deleted")
        self.stdout.write(f"removed portals: {forget_due()} erased")
        call_command("clearsessions")
