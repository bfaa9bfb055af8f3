"""`manage.py forget_person HOST USER`: erases one person of a portal, who has asked for it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from b24app.operations.doctor.record import find
from b24app.portals.people import forget_person


class Command(BaseCommand):
    """Deletes name, tokens and account; what the person did stays, as done by nobody."""

    help = "Erase one person of a portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("portal", help="the host or the member id of the portal")
        parser.add_argument("user", type=int, help="the number of the person there")

    def handle(self, *args: Any, **options: Any) -> None:
        portal = find(options["portal"])
        if portal is None:
            raise CommandError(f"No portal with the host or member id {options['portal']!r}.")
        is_known = forget_person(portal, options["user"])
        self.stdout.write("Forgotten." if is_known else "Nobody with this number was known.")
