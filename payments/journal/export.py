"""The journal as a file: written whole, page by page, then sent while nothing else is held for it.

Whoever takes it in may be slow. So a portal has one file at a time in a process, and all portals
together have a few; they are on the disk, and the database is given back before the first byte.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from django.utils.translation import gettext

from b24app.db.connections import release_connection
from b24app.models import Portal
from b24app.rest.errors import ServerBusy
from payments.journal.queries import Filter, filtered, people
from payments.journal.spreadsheet import BEGINNING, Cell, Habits, Own, habits
from payments.models import Attempt

# With 50,000 clicks a file has 4 MB.
_MOST_ROWS = 50_000
_AT_ONCE = 500
_IN_MEMORY = 256 * 1024
_MOST_FILES = 3
_open: set[int] = set()
# Whoever has it may meet the end of a forgotten file, which takes it again.
_lock = threading.RLock()


class JournalFile(SpooledTemporaryFile[bytes]):
    """A file of a portal's journal; `close` ends it, and another one may be begun."""

    def __init__(self, portal_id: int) -> None:
        super().__init__(max_size=_IN_MEMORY)
        self._portal_id: int | None = portal_id

    def close(self) -> None:
        try:
            super().close()
        finally:
            # Also when the disk has no room for the rest.
            if self._portal_id is not None:
                with _lock:
                    _open.discard(self._portal_id)
                self._portal_id = None


def begin_file(portal_id: int) -> JournalFile:
    """An empty file; raises ServerBusy while the portal, or everybody, has enough of them."""
    with _lock:
        if portal_id in _open or len(_open) >= _MOST_FILES:
            raise ServerBusy
        file = JournalFile(portal_id)
        _open.add(portal_id)
    return file


def write_journal(portal: Portal, chosen: Filter) -> JournalFile:
    """The file in the active language, to be read from its beginning; times are the reader's.

    Raises ServerBusy, and whatever the database raises.
    """
    file = begin_file(portal.pk)
    try:
        form = habits()
        file.write((BEGINNING + form.row(map(Own, _heads()))).encode())
        for page in _pages(portal, chosen, form):
            file.write(page.encode())
        file.seek(0)
    except BaseException:
        file.close()
        raise
    finally:
        release_connection()
    return file


def _pages(portal: Portal, chosen: Filter, form: Habits) -> Iterator[str]:
    """The rows, newest first: their keys in one query, and then by key, some at a time."""
    names = people(portal)
    keys = list(filtered(portal, chosen).values_list("pk", flat=True)[:_MOST_ROWS])
    items, states = {False: gettext("Deal %(id)s"), True: gettext("Invoice %(id)s")}, _states()

    def cells(row: Attempt) -> list[Cell]:
        return [
            row.created_at.astimezone(chosen.zone),
            names.get(row.user_id) or Own(row.user_id),
            Own(items[row.item.is_invoice] % {"id": row.entity_id}),
            Own(states[row.state]),
            row.number,
            row.amount,
            row.currency,
            row.error_code,
        ]

    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        page = Attempt.objects.in_bulk(some)
        release_connection()
        yield "".join(form.row(cells(page[key])) for key in some if key in page)


def _heads() -> list[str]:
    return [
        gettext("Date"),
        gettext("Person"),
        gettext("Deal or invoice"),
        gettext("Outcome"),
        gettext("Payment"),
        gettext("Amount"),
        gettext("Currency"),
        gettext("Error code"),
    ]


def _states() -> dict[str, str]:
    return {
        Attempt.State.ADDED: gettext("Added"),
        Attempt.State.REFUSED: gettext("Refused"),
        Attempt.State.NOT_ADDED: gettext("Not added"),
        Attempt.State.UNKNOWN: gettext("Unknown"),
        Attempt.State.UNCLEAR: gettext("Being checked"),
        Attempt.State.QUEUED: gettext("Waiting"),
        Attempt.State.SENDING: gettext("Being sent"),
    }
