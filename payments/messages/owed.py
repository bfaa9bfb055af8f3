"""What is said about the figures of a deal that are not the whole truth."""

from __future__ import annotations

from django.utils.translation import gettext

from b24app.messages.rest_errors import explain
from b24app.rest.errors import RestError
from payments.billing.owed import Debt, Doubt


def notes_of(debt: Debt, error: RestError | None, *, is_admin: bool) -> list[str]:
    """The sentences for one deal, in the active language."""
    if error is not None:
        notice = explain(error, is_admin=is_admin)
        because = gettext("The payments of this deal could not be read:")
        return [f"{because} {notice.text} {notice.next_step}".strip()]
    notes = []
    if Doubt.AMOUNT_UNKNOWN in debt.doubts:
        notes.append(gettext("The amount of this deal could not be read."))
    if Doubt.UNREAD in debt.doubts:
        notes.append(gettext("Not all payments could be read: open the deal to see them."))
    if Doubt.NO_AMOUNT in debt.doubts and not debt.is_settled:
        notes.append(gettext("This deal has no amount, so only what is open is owed."))
    if Doubt.FOREIGN in debt.doubts:
        notes.append(gettext("Payments in another currency are not taken off what is left."))
    if Doubt.OVERPAID in debt.doubts:
        notes.append(gettext("More is paid than this deal costs now."))
    return notes
