"""The doctor's probes of one deal, by their subjects."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import dataclass

from django.core.management import call_command

from tests.support.people.billing import Billing
from tests.support.portal import PortalWithApp

SALES = 7
_LINE = re.compile(r"(seen  |OTHER |open  ) ([^:]+): (.+)\n       So: (.+)\n")


@dataclass(frozen=True)
class Told:
    """What one probe says; `mark` is "seen", "OTHER" or "open"."""

    mark: str
    seen: str
    meaning: str


def probe(portal: PortalWithApp, deal: Billing | int, *, user: int | None = None) -> str:
    """All that `manage.py doctor --deal` says, as a person or as the installer."""
    number = deal if isinstance(deal, int) else deal.case.item_id
    return _doctor(portal, "--deal", str(number), *(["--as", str(user)] if user else []))


def probe_newest(portal: PortalWithApp) -> str:
    """The same for the deal of the newest click, as a salesperson."""
    return _doctor(portal, "--as", str(SALES))


def told(said: str) -> dict[str, Told]:
    """The probes by their subject; the rows in the name of twins are left out."""
    return {
        "twins" if subject.startswith("twins") else subject: Told(mark.strip(), seen, meaning)
        for mark, subject, seen, meaning in _LINE.findall(said)
    }


def _doctor(portal: PortalWithApp, *options: str) -> str:
    said = io.StringIO()
    with contextlib.suppress(SystemExit):
        call_command("doctor", portal.member_id, *options, stdout=said)
    return said.getvalue()
