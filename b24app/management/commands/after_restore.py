"""`manage.py after_restore`: a backup was put back; run before the app is started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from b24app.operations.restoring import end_sessions, erase_again
from b24app.portals import erasures
from b24app.spec import app_spec


class Command(BaseCommand):
    """May be run again: what is done is not done twice."""

    help = "Put right what a restored backup does not know of. Run it before the app is started."

    def handle(self, *args: Any, **options: Any) -> None:
        end_sessions()
        self.stdout.write("Every frame and sign-in of before has ended.")
        for put_right in app_spec().load("restorers"):
            self.stdout.write(put_right())
        path = Path(settings.ERASURES_FILE)
        try:
            known, odd = erasures.read(path)
        except FileNotFoundError:
            raise CommandError(
                f"There is no file of erasures at {path}. Who was erased since the backup is back:"
                " put the file there and run this again. If nothing was ever erased, all is done."
            ) from None
        except OSError as error:
            raise CommandError(f"The file of erasures cannot be read: {error}.") from error
        self.stdout.write(f"Erased again: {erase_again(known)} of {len(known)} erasures.")
        if odd:
            lines = ", ".join(map(str, odd))
            raise CommandError(f"No erasures, and left out: line {lines} of {path}.")
