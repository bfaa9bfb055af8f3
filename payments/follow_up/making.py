"""Making the fields in a portal, one at a time, with the administrator's own token.

Adding a field changes a table of the portal and may take a minute, and no code says "it is there
already" (b24restdocs: crm/deals/user-defined-fields/crm-deal-userfield-add.md). So the fields are
listed first, what is missing is added, and after each, whatever was answered, they are listed
again. A process that dies leaves a row that another one takes up where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from b24app.models import Portal
from b24app.portals import notes
from b24app.portals.actors import Actor, SessionEnded, actor_of
from b24app.rest.errors import GrantDead, NotExecuted, RestError, Unknown
from payments import limits
from payments.errors import FieldTaken
from payments.follow_up import rows
from payments.follow_up.labels import LABELS, choice_texts
from payments.gateway.deal_fields import (
    NAMES,
    TYPES,
    DealField,
    add_command,
    is_sound,
    list_command,
    mend_command,
    read_fields,
)
from payments.marks import FIELDS
from payments.models import FieldSetup, portal_limit
from payments.parsing import short
from payments.types import Figure, Settled

log = logging.getLogger(__name__)
_LEASE = timedelta(seconds=30)
_PAUSE = timedelta(seconds=5)
_MOST_TRIES = 6
_State = FieldSetup.State


def switch_on(actor: Actor, *, language: str) -> None:
    """Have the fields made, or what is missing of them; the values of the list speak `language`."""
    fields = {
        "state": _State.MAKING,
        "user_id": actor.user.user_id,
        "language": language,
        "tries": 0,
        "error_kind": "",
    }
    FieldSetup.objects.update_or_create(portal=actor.portal, defaults=fields)


def switch_off(portal: Portal) -> None:
    """Stop writing; the fields stay, with what they hold."""
    with transaction.atomic():
        FieldSetup.objects.filter(portal=portal).update(state=_State.OFF, claimed_until=None)
        notes.keep(portal, **{FIELDS: None})
        rows.forget(portal)


def setup_of(portal: Portal) -> FieldSetup | None:
    return FieldSetup.objects.filter(portal=portal).first()


def setups_due() -> list[int]:
    """The portals whose fields somebody should go on making."""
    rows = FieldSetup.objects.filter(_is_free(), state=_State.MAKING)
    return list(rows.values_list("portal_id", flat=True))


def make_fields(portal_id: int) -> None:
    """Go on where the making stopped, if nobody else is at it; what comes of it is in the row."""
    ours = FieldSetup.objects.filter(portal=portal_id, state=_State.MAKING)
    # Longer than one call and the portal's work on it, so that nothing is made twice.
    lease = timezone.now() + _LEASE + portal_limit()
    if not ours.filter(_is_free()).update(claimed_until=lease, tries=F("tries") + 1):
        return
    setup = ours.select_related("portal").get()
    try:
        actor = actor_of(portal_id, setup.user_id)
        with translation.override(setup.language):
            choices = _make(actor, setup)
    except SessionEnded:
        _fail(setup, GrantDead())
    except RestError as error:
        log.warning("fields of %s not made: %s", setup.portal, error)
        is_open = isinstance(error, NotExecuted) or (
            isinstance(error, Unknown) and not error.is_finished
        )
        if is_open and setup.tries < _MOST_TRIES:
            pause = _PAUSE if isinstance(error, NotExecuted) else portal_limit()
            ours.update(claimed_until=timezone.now() + pause)
        else:
            _fail(setup, error)
    else:
        with transaction.atomic():
            if ours.update(state=_State.READY, claimed_until=None, tries=0):
                notes.keep(setup.portal, **{FIELDS: dict(choices)})


def _make(actor: Actor, setup: FieldSetup) -> Mapping[str, int]:
    """The ids of the list's values, once all fields are there; raises RestError."""
    texts = choice_texts()
    known = _listed(actor)
    for figure, name in NAMES.items():
        failure: RestError | None = None
        choices = texts if figure is Figure.STATE else {}
        if name not in known:
            command = add_command(figure, labels=LABELS[figure], choices=choices)
        elif not is_sound(figure, _of_our_kind(figure, known[name])):
            command = mend_command(figure, known[name], choices)
        else:
            continue
        _extend(setup)
        try:
            actor.client.call(command)
        except RestError as error:
            failure = error
        known = _listed(actor)
        if failure and not (name in known and is_sound(figure, known[name])):
            raise failure
    state = known[NAMES[Figure.STATE]]
    return {key: state.choices[key] for key in Settled}


def missing_fields(known: Mapping[str, DealField]) -> list[Figure]:
    """The fields that are not there, or not as they have to be."""
    return [
        figure
        for figure, name in NAMES.items()
        if name not in known
        or known[name].type != TYPES[figure]
        or not is_sound(figure, known[name])
    ]


def _listed(actor: Actor) -> dict[str, DealField]:
    return read_fields(actor.client.call(list_command()))


def _of_our_kind(figure: Figure, found: DealField) -> DealField:
    if found.type != TYPES[figure] or found.is_multiple:
        raise FieldTaken(text=found.name)
    return found


def _extend(setup: FieldSetup) -> None:
    until = timezone.now() + _LEASE + portal_limit()
    FieldSetup.objects.filter(portal=setup.portal_id).update(claimed_until=until)


def _fail(setup: FieldSetup, error: RestError) -> None:
    rows_ = FieldSetup.objects.filter(portal=setup.portal_id, state=_State.MAKING)
    rows_.update(
        state=_State.FAILED,
        claimed_until=None,
        error_kind=error.kind,
        error_code=short(error.code, limits.ERROR_CODE_LENGTH),
        error_text=short(error.text, limits.ERROR_TEXT_LENGTH),
        error_status=error.status,
    )


def _is_free() -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
