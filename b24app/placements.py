"""What this app has bound in a portal, brought to what it should be, by difference.

Binding the same handler twice is an error on the portal, and binding another address adds a second
tab instead of moving the first (b24restdocs: api-reference/widgets/placement-bind.md), so the
portal is read first, and only the difference is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from b24app.rest.client import Command

EVENTS = ("ONAPPINSTALL", "ONAPPUPDATE", "ONAPPUNINSTALL", "ONAPPPAYMENT", "ONAPPMETHODCONFIRM")
READS = {"placements": Command("placement.get"), "events": Command("event.get")}


@dataclass(frozen=True)
class Placement:
    """A place in the portal: its code, our path for it, and its title by platform language."""

    code: str
    path: str
    titles: Mapping[str, str]


def binding_commands(
    wanted: Iterable[Placement], *, app_url: str, bound: object, events: object
) -> dict[str, Command]:
    """The commands that make the portal's bindings ours: at most one a placement or event.

    `bound` and `events` are the answers of placement.get and event.get; their form is not trusted.
    """
    commands: dict[str, Command] = {}
    missing = {placement.code: placement for placement in wanted}
    rows = _by_handler(bound, "placement")
    for index, ((code, handler), same) in enumerate(rows.items()):
        placement = missing.get(code)
        is_ours = placement is not None and handler == app_url + placement.path
        if placement and is_ours and len(same) == 1 and _has_titles(same[0], placement):
            del missing[code]
        else:
            params = {"PLACEMENT": code, "HANDLER": handler}
            commands[f"unbind_{index}"] = Command("placement.unbind", params)
    for placement in missing.values():
        commands[f"bind_{placement.code}"] = Command("placement.bind", _binding(placement, app_url))
    return commands | _event_commands(f"{app_url}/events/", events)


def _event_commands(handler: str, events: object) -> dict[str, Command]:
    commands: dict[str, Command] = {}
    missing = dict.fromkeys(EVENTS)
    for index, ((event, bound), same) in enumerate(_by_handler(events, "event").items()):
        if bound == handler and event in missing and len(same) == 1:
            del missing[event]
        else:
            params = {"event": event, "handler": bound}
            commands[f"unbind_event_{index}"] = Command("event.unbind", params)
    for event in missing:
        params = {"event": event, "handler": handler}
        commands[f"bind_{event}"] = Command("event.bind", params)
    return commands


def _binding(placement: Placement, app_url: str) -> dict[str, Any]:
    return {
        "PLACEMENT": placement.code,
        "HANDLER": app_url + placement.path,
        "LANG_ALL": {code: {"TITLE": title} for code, title in placement.titles.items()},
    }


def _has_titles(row: Mapping[str, Any], placement: Placement) -> bool:
    """Whether the bound titles are today's; an older portal that names none is left as it is."""
    titles = row.get("langAll")
    if not isinstance(titles, dict) or not titles:
        return True
    return all(
        isinstance(titles.get(code), dict) and titles[code].get("TITLE") == title
        for code, title in placement.titles.items()
    )


def _by_handler(answer: object, key: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The portal's rows by (code, handler); an unbind takes all rows of one such pair away."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in answer if isinstance(answer, list) else []:
        if isinstance(row, dict):
            pair = (str(row.get(key, "")).upper(), str(row.get("handler", "")))
            groups.setdefault(pair, []).append(row)
    return groups
