"""How a portal behaves where Bitrix24's documents and sources leave it open: asked as one person.

Questions are reads, and come from the rooms above by the app's `doctor_probes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from b24app.models import Portal
from b24app.operations.doctor.findings import Finding
from b24app.operations.doctor.wordings import finding_of
from b24app.portals.actors import Actor, SessionEnded, actor_of
from b24app.rest.client import CallRecord
from b24app.rest.errors import AppNotForUser, GrantDead, RestError, UserInactive
from b24app.spec import app_spec

_OPEN_ONCE = "Ask that person to open the app in Bitrix24 once, then run this again."


class Mark(StrEnum):
    """Whether the portal does as the app expects, otherwise, or has nothing yet that tells."""

    SEEN = "seen"
    OTHER = "OTHER"
    OPEN = "open"


@dataclass(frozen=True)
class Observation:
    """What was seen, and what it means for the app: nothing is wrong either way."""

    subject: str
    seen: str
    meaning: str
    mark: Mark = Mark.SEEN


@dataclass(frozen=True)
class Witness:
    """Who asks, and every request of theirs as the journal keeps it, in order."""

    actor: Actor
    calls: list[CallRecord]


@dataclass(frozen=True)
class Probes:
    """The questions of a room; `about` names the option that says what they are asked about."""

    about: str
    help: str
    ask: Callable[[Witness, int | None], Iterator[Observation]]


@dataclass(frozen=True)
class Asking:
    """As whom the probes ask, None: as the installer; about what, by the option of each room."""

    user_id: int | None = None
    about: Mapping[str, int] | None = None


def all_probes() -> list[Probes]:
    return app_spec().load("doctor_probes")


def observe(portal: Portal, asking: Asking) -> Iterator[Finding | Observation]:
    """What the probes of all rooms see; a finding where that person cannot ask."""
    user_id = asking.user_id or portal.installer_id or 0
    subject = f"person {user_id}"
    try:
        witness = _witness(actor_of(portal.pk, user_id))
        for probes in all_probes():
            yield from probes.ask(witness, (asking.about or {}).get(probes.about))
    except SessionEnded:
        yield Finding(subject, "That person has never opened the app here.", _OPEN_ONCE)
    except (AppNotForUser, GrantDead, UserInactive) as error:
        problem = f"Bitrix24 lets that person in no more [{error.kind} {error.code}]."
        yield Finding(subject, problem, _OPEN_ONCE)
    except RestError as error:
        yield finding_of(error, subject=subject)


def _witness(actor: Actor) -> Witness:
    """The actor with a second pair of ears on their calls."""
    calls: list[CallRecord] = []
    keep = actor.client.record

    def record(call: CallRecord) -> None:
        calls.append(call)
        keep(call)

    return Witness(replace(actor, client=replace(actor.client, record=record)), calls)
