"""`manage.py doctor HOST_OR_MEMBER_ID`: what is wrong with one portal, and the next step."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from b24app.doctor.diagnosis import diagnose


class Command(BaseCommand):
    """Ends with status 1 when something is wrong. Changes nothing but a token pair that ran out."""

    help = "Check one portal from end to end with its installer's stored token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("portal", metavar="HOST_OR_MEMBER_ID")

    def handle(self, *args: Any, **options: Any) -> None:
        is_healthy = True
        for finding in diagnose(options["portal"]):
            if finding.is_good:
                self.stdout.write(f"ok     {finding.subject}")
                continue
            is_healthy = False
            self.stdout.write(f"WRONG  {finding.subject}: {finding.problem}")
            self.stdout.write(f"       Next: {finding.step}")
        if not is_healthy:
            sys.exit(1)
        self.stdout.write("Everything is in order.")
