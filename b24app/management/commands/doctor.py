"""`manage.py doctor HOST_OR_MEMBER_ID`: what is wrong with one portal, and the next step."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from b24app.operations.doctor.diagnosis import diagnose
from b24app.operations.doctor.findings import Finding
from b24app.operations.doctor.observation import Asking, all_probes


class Command(BaseCommand):
    """Ends with status 1 when something is wrong. Changes nothing but a token pair that ran out.

    With --as, or the option of a probe, it also says how the portal behaves where that is open:
    "seen" is as the app expects, "OTHER" is not, "open" is what nothing there has told yet.
    """

    help = "Check one portal from end to end with its installer's stored token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("portal", metavar="HOST_OR_MEMBER_ID")
        parser.add_argument(
            "--as",
            dest="user",
            type=int,
            metavar="USER_ID",
            help="say how the portal behaves, as it answers this person's stored token",
        )
        for probes in all_probes():
            parser.add_argument(f"--{probes.about}", type=int, metavar="ID", help=probes.help)

    def handle(self, *args: Any, **options: Any) -> None:
        is_healthy = True
        for told in diagnose(options["portal"], _asking(options)):
            if not isinstance(told, Finding):
                self.stdout.write(f"{told.mark:<6} {told.subject}: {told.seen}")
                self.stdout.write(f"       So: {told.meaning}")
                continue
            if told.is_good:
                self.stdout.write(f"ok     {told.subject}")
                continue
            is_healthy = False
            self.stdout.write(f"WRONG  {told.subject}: {told.problem}")
            self.stdout.write(f"       Next: {told.step}")
        if not is_healthy:
            sys.exit(1)
        self.stdout.write("Everything is in order.")


def _asking(options: dict[str, Any]) -> Asking | None:
    """What the probes are to ask, None where nobody wants them."""
    asked = {probes.about: options.get(probes.about) for probes in all_probes()}
    about = {name: number for name, number in asked.items() if number is not None}
    user = options.get("user")
    return Asking(user, about) if about or user is not None else None
