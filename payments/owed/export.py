"""What a page of debts has shown, as a file: read anew, and sent when all of it is there.

A line is one deal in one currency. The portal is asked as for the page, so that a long list takes
its time; what is not there after a minute is not in the file, which says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.utils.translation import gettext, pgettext

from b24app.frame.session import FrameSession
from b24app.portals.actors import Actor
from payments.billing.owed import Deal
from payments.journal.export import JournalFile, begin_file
from payments.journal.spreadsheet import BEGINNING, Cell, Own, habits
from payments.owed.choosing import Seen, client_of
from payments.owed.pages import Line, lines_of
from payments.owed.reading import read_some

_SECONDS = 60.0


def write_debts(actor: Actor, session: FrameSession, seen: Seen) -> JournalFile:
    """The file in the active language, to be read from its beginning.

    Raises RestError: ServerBusy, and what the portal says.
    """
    file = begin_file(actor.portal.pk)
    try:
        form = habits()
        file.write((BEGINNING + form.row(map(Own, _heads()))).encode())
        for cells in _rows(actor, session, seen):
            file.write(form.row(cells).encode())
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _rows(actor: Actor, session: FrameSession, seen: Seen) -> Iterator[list[Cell]]:
    choice = seen.asked.choice(of_card=client_of(session), user_id=actor.user.user_id)
    until, after_id, has_more = time.monotonic() + _SECONDS, 0, True
    while has_more and after_id < seen.last_id:
        if time.monotonic() > until:
            yield [Own(gettext("The file ends here: there are more deals on the page."))]
            return
        found = read_some(actor, choice, after_id=after_id)
        for line in lines_of(actor, seen, found):
            if line.deal.id <= seen.last_id:
                yield from _cells(line)
        after_id = max((debt.deal.id for debt in found.debts), default=seen.last_id)
        has_more = found.has_more


def _cells(line: Line) -> Iterator[list[Cell]]:
    deal, notes = line.deal, " ".join(line.notes)
    about: list[Cell] = [Own(deal.id), deal.title, line.name, Own(_day(deal))]
    cost: list[Cell] = [deal.amount, deal.currency]
    if not line.figures:
        yield [*about, *cost, None, None, None, None, notes]
    for figure in line.figures:
        sums: list[Cell] = [figure.currency, figure.open, figure.paid, figure.left]
        yield [*about, *cost, *sums, notes]


def _day(deal: Deal) -> str:
    return deal.created_at.date().isoformat() if deal.created_at else ""


def _heads() -> list[str]:
    return [
        gettext("Deal"),
        gettext("Title"),
        gettext("Client"),
        gettext("Date"),
        gettext("Amount"),
        gettext("Currency of the deal"),
        gettext("Currency"),
        pgettext("sum", "Open"),
        pgettext("sum", "Paid"),
        pgettext("sum", "Left"),
        gettext("Note"),
    ]
