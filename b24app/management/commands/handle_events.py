"""`manage.py handle_events`: takes up events that were left behind or wait for another try."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from b24app.events import receipts
from b24app.events.tasks import sweep


class Command(BaseCommand):
    """Handles what waits in the inbox, whoever was to do it."""

    help = "Handle events that are waiting, also those of a process that died."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on for ever")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            self.stdout.write(f"handled {sweep()}, still waiting {receipts.count_waiting()}")
            if not options["every"]:
                return
            close_old_connections()
            time.sleep(options["every"])
