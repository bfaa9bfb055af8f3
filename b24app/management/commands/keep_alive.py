"""`manage.py keep_alive`: renews the tokens of portals whose people stay away for months."""

from __future__ import annotations

import random
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from b24app.operations.keep_alive import OLD, Fate, keep_alive, old_pairs, overdue, usual_limit


def _count(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise ArgumentTypeError("a number above zero")
    return int(text)


class Command(BaseCommand):
    """One batch, for a daily run; what is left waits for the next."""

    help = f"Renew installers' tokens older than {OLD.days} days, before Bitrix24 lets them die."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--limit",
            type=_count,
            help="renew so many at most (50, or what it takes)",
        )
        parser.add_argument(
            "--pause", type=float, default=2.0, help="seconds between two, on average (2)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mean = max(0.0, options["pause"])
        fates = keep_alive(
            limit=options["limit"] or usual_limit(),
            pause=lambda: mean * random.uniform(0.5, 1.5),  # noqa: S311 - spreads load
        )
        counts = ", ".join(f"{fate} {fates[fate]}" for fate in Fate)
        left = f"still old {old_pairs().count()}, overdue {overdue()}"
        self.stdout.write(f"{counts}, {left}")
