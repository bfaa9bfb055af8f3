"""`manage.py forget_factor NAME`: an operator who lost phone and recovery codes begins anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Deletes a person's second factor; the next sign-in sets up another."""

    help = "Forget the second factor of an operator who has lost it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the operator's user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['name']!r}.")
        Authenticator.objects.filter(user=user).delete()
        self.stdout.write("Forgotten. The next sign-in sets up another.")
