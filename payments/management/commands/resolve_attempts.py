"""`manage.py resolve_attempts`: finishes what was left behind: open clicks, and fields of deals."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone

from payments.commands.sweep import SweepPauses, resolve_by_portal
from payments.follow_up.runner import catch_up
from payments.models import Attempt

_PAGE_HAS_IT = timedelta(seconds=30)


class Command(BaseCommand):
    """Resolves open attempts with the tokens of the people who clicked."""

    help = "Find out whether payments with an unclear outcome were made; write fields left behind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on for ever")

    def handle(self, *args: Any, **options: Any) -> None:
        pauses = SweepPauses()
        while True:
            close_old_connections()
            resolved, still_open = resolve_all(pauses)
            self.stdout.write(f"resolved {resolved}, still open {still_open}")
            catch_up()
            if not options["every"]:
                return
            time.sleep(options["every"])


def resolve_all(pauses: SweepPauses) -> tuple[int, int]:
    """(resolved, still open) of the attempts that no page has asked about for a while.

    A queued click whose moment has just passed is sent; one that nobody waits for is closed.
    """
    page_had_it = timezone.now() - _PAGE_HAS_IT
    is_passed = Q(due_at__isnull=True) | Q(due_at__lt=page_had_it)
    rows = Attempt.objects.filter(is_passed, created_at__lt=page_had_it)
    are_open = [outcome.attempt.is_open for outcome in resolve_by_portal(rows, pauses)]
    return are_open.count(False), are_open.count(True)
