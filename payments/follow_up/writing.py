"""Bringing the fields of one deal up to date: read, compare, write where they differ, prove.

What is written is read anew from the portal, whoever marked the deal and when, so that two people
at once leave the right figures. The answer to a write proves it: a field that is absent is hidden
from the person's role or gone, one that holds something else was not kept. Figures that were
refused stay with the row and are not tried again, so that nothing goes round in circles.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from b24app.models import Portal
from b24app.portals.actors import Actor, SessionEnded, background_actor
from b24app.rest.errors import (
    Gone,
    ItemNotFound,
    NotExecuted,
    PortalBusy,
    RestError,
    Unknown,
    UnlistedCode,
)
from b24app.rest.large_answers import let_go as let_go_answers
from payments.billing.figures import figures_of
from payments.commands.looking import look_at_payments
from payments.errors import FieldHidden, FieldNotKept
from payments.follow_up import rows
from payments.gateway.card import Look
from payments.gateway.deal_fields import clear_command, read_written, values_of, write_command
from payments.marks import choices_of
from payments.models import DealFigures
from payments.types import DEAL, Figure, Item

log = logging.getLogger(__name__)


def bring_up_to_date(row: DealFigures) -> float:
    """Whatever comes of it is in the row; answers for how many seconds people have the portal."""
    try:
        actor = background_actor(row.portal_id, row.user_id)
        _write_where_needed(actor, row.deal_id)
    except (SessionEnded, Gone, ItemNotFound):
        rows.finish(row)
    except PortalBusy as busy:
        rows.postpone(row, seconds=0.0)
        return max(0.5, float(busy.seconds))
    except _Refusal as refusal:
        log.info("fields of deal %s not written: %s", row.deal_id, refusal.error)
        rows.refuse(row, refusal.error, refusal.values)
    except RestError as error:
        log.warning("figures of deal %s not known: %s", row.deal_id, error)
        if isinstance(error, NotExecuted | Unknown):
            rows.postpone(row)
        else:
            # Who may not read the deal will not write it either.
            rows.finish(row)
    else:
        rows.finish(row)
    finally:
        let_go_answers()
    return 0.0


def missing_in(portal: Portal, look: Look) -> dict[Figure, str]:
    """What the fields of a deal should hold and do not, as far as the reader sees them.

    A deal without payments and with empty fields has nothing to say.
    """
    wanted = wanted_in(portal, look)
    shown = look.card.shown
    if not look.ids and not any(shown.values()):
        return {}
    return {each: value for each, value in wanted.items() if shown.get(each, value) != value}


def wanted_in(portal: Portal, look: Look) -> dict[Figure, str]:
    """What the fields should hold; nothing where not all payments are known."""
    choices = choices_of(portal)
    if choices is None or look.has_older_payments or look.unread_payments:
        return {}
    figures = figures_of(look.card, look.payments)
    return values_of(figures, choices) if figures else {}


class _Refusal(Exception):
    """The portal will not write these figures, for the error's reason."""

    def __init__(self, error: RestError, values: Mapping[Figure, str]) -> None:
        super().__init__(error.kind)
        self.error, self.values = error, dict(values)


def _write_where_needed(actor: Actor, deal_id: int) -> None:
    look = look_at_payments(actor, Item(DEAL, deal_id))
    missing = missing_in(actor.portal, look)
    if missing:
        written = _write(actor, deal_id, missing)
        _prove(actor, deal_id, missing, written)
    wanted = wanted_in(actor.portal, look)
    if hidden := wanted.keys() - look.card.shown.keys():
        raise _Refusal(FieldHidden(text=" ".join(sorted(hidden))), wanted)


def _write(actor: Actor, deal_id: int, values: Mapping[Figure, str]) -> dict[Figure, str]:
    """What the fields hold after the write; raises _Refusal and RestError.

    Repeating it does no harm, so a lost answer is looked at like any other failure.
    """
    try:
        return read_written(actor.client.call(write_command(deal_id, values)))
    except RestError as error:
        is_open = isinstance(error, NotExecuted | Unknown) and not isinstance(error, UnlistedCode)
        if is_open or isinstance(error, Gone | ItemNotFound):
            raise
        raise _Refusal(error, values) from error


def _prove(
    actor: Actor, deal_id: int, values: Mapping[Figure, str], written: Mapping[Figure, str]
) -> None:
    """Raises _Refusal where something else is in the fields than was written."""
    lost = [each for each, value in values.items() if written.get(each, value) != value]
    unclear = [each for each in lost if not values[each]]
    if unclear:
        # Emptying by crm.item.update is not kept everywhere.
        actor.client.call(clear_command(deal_id, unclear))
        look = look_at_payments(actor, Item(DEAL, deal_id))
        lost = [each for each in lost if look.card.shown.get(each, values[each]) != values[each]]
    if lost:
        error = FieldNotKept(text=" ".join(sorted(lost)))
        raise _Refusal(error, {each: values[each] for each in lost})
