"""`resolve_attempts` of an app that looks its open clicks up one after the other."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import django
from django.core.management import call_command


def main() -> None:
    """One pass over all of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b24app.settings")
    django.setup()
    command: Any = import_module("payments.management.commands.resolve_attempts")
    sweep: Any = import_module("payments.commands.sweep")
    command.resolve_by_portal = lambda rows, pauses: sweep.resolve_open(rows)
    call_command("resolve_attempts")


if __name__ == "__main__":
    main()
