"""Payments in lists: the part of an administrator's page that switches the fields on and off.

Knows no bearer and no cookie, as `pages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from b24app.messages.notice import Notice
from b24app.models import Portal
from b24app.portals.actors import Actor
from b24app.protocol.languages import ISO_CODES
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.codes import from_record
from b24app.rest.errors import RestError
from payments.errors import FieldNotKept
from payments.follow_up import making, rows
from payments.follow_up.labels import LABELS
from payments.follow_up.runner import begin_making
from payments.gateway.deal_fields import list_command, read_fields
from payments.marks import choices_of
from payments.messages.figures import not_made, not_written
from payments.models import FieldSetup
from payments.types import Figure

KEY = "deal_fields"
State = FieldSetup.State


@dataclass(frozen=True)
class FieldsPanel:
    """How the fields stand: `missing` by name, deals that could not be written, and why.

    `can_set_up`: the fields themselves are not as they should be.
    """

    state: str
    titles: tuple[str, ...]
    missing: tuple[str, ...] = ()
    not_made: Notice | None = None
    unwritten_count: int = 0
    unwritten_deal: int = 0
    not_written: Notice | None = None
    can_set_up: bool = False

    @property
    def is_well(self) -> bool:
        return not (self.missing or self.unwritten_count)


def fields_reads(portal: Portal | None) -> dict[str, Command]:
    """What the page asks of the portal besides: nothing where the fields are not switched on."""
    is_on = portal is not None and choices_of(portal) is not None
    return {KEY: list_command()} if is_on else {}


def fields_panel(portal: Portal, answer: BatchAnswer | RestError | None = None) -> FieldsPanel:
    """How the fields stand, by the rows and, where the portal was asked, by its own word."""
    setup = making.setup_of(portal)
    titles = {figure: _title(figure) for figure in Figure}
    if setup is None or setup.state != State.READY:
        return FieldsPanel(
            state=setup.state if setup else State.OFF,
            titles=tuple(titles.values()),
            not_made=_reason(setup) if setup and setup.state == State.FAILED else None,
        )
    refused = rows.refusals(portal)
    latest = refused.first()
    missing = tuple(titles[figure] for figure in _missing(answer))
    is_changed = refused.filter(error_kind=FieldNotKept.kind).exists()
    return FieldsPanel(
        state=setup.state,
        titles=tuple(titles.values()),
        missing=missing,
        unwritten_count=refused.count(),
        unwritten_deal=latest.deal_id if latest else 0,
        not_written=not_written(rows.error_of(latest)) if latest else None,
        can_set_up=bool(missing) or is_changed,
    )


def switch_fields(actor: Actor, form: Mapping[str, str]) -> FieldsPanel:
    """Switch on or off, as a button asks, or neither; then how things stand."""
    portal = actor.portal
    if form.get("do") == "on":
        making.switch_on(actor, language=get_language() or "en")
        begin_making(portal.pk)
    elif form.get("do") == "off":
        making.switch_off(portal)
    elif choices_of(portal) is None:
        # Whoever was making them may have died.
        begin_making(portal.pk)
    return fields_panel(portal)


def _title(figure: Figure) -> str:
    """The field's name in the reader's language, as the portal shows it."""
    own = get_language() or "en"
    code = next((code for code, iso in ISO_CODES.items() if iso == own), "en")
    return LABELS[figure][code]


def _missing(answer: BatchAnswer | RestError | None) -> list[Figure]:
    if not isinstance(answer, BatchAnswer) or KEY not in answer.results:
        return []
    try:
        return making.missing_fields(read_fields(answer.value(KEY)))
    except RestError:
        return []


def _reason(setup: FieldSetup) -> Notice:
    error = from_record(
        kind=setup.error_kind,
        code=setup.error_code,
        text=setup.error_text,
        status=setup.error_status,
    )
    return not_made(error)
