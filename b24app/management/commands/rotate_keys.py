"""`manage.py rotate_keys`: seals every stored secret with the first key of TOKEN_KEYS."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from b24app.operations.key_rotation import keys_in_use, reseal

_MOST_SHOWN = 20


class Command(BaseCommand):
    """Can be stopped and run again at any time, beside the running app."""

    help = (
        "Seal all stored tokens with the first key of TOKEN_KEYS, then say which keys are in use."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        first = settings.VAULT.sealing_key_id
        done = reseal(settings.VAULT)
        self.stdout.write(f"resealed {done.resealed}, changed meanwhile {done.changed_meanwhile}")
        for value in done.broken[:_MOST_SHOWN]:
            self.stderr.write(f"does not open: {value}")
        in_use = keys_in_use()
        for key_id, count in sorted(in_use.items()):
            self.stdout.write(f"key {key_id}: {count}")
        if done.broken:
            raise CommandError(
                f"{len(done.broken)} values do not open and were left as they are. Put the key "
                "that sealed them back into TOKEN_KEYS and run this again; without it, their "
                "people get new tokens when they next open the app."
            )
        if set(in_use) - {first}:
            raise CommandError("Other keys are still in use: run this again.")
        self.stdout.write(f"Every other key than {first} can be removed from TOKEN_KEYS.")
