"""What this app has bound in a portal, and the commands that bring it to what it should be.

Binding the same handler twice is an error on the portal, and binding another address adds a second
tab instead of moving the first (b24restdocs: api-reference/widgets/placement-bind.md), so the
portal is read first, and only the difference is sent. What a portal did not say is not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError
from b24app.rest.responses import as_list
from b24app.spec import Placement

EVENTS = ("ONAPPINSTALL", "ONAPPUPDATE", "ONAPPUNINSTALL", "ONAPPPAYMENT", "ONAPPMETHODCONFIRM")
READS = {"placements": Command("placement.get"), "events": Command("event.get")}
Rows = list[dict[str, Any]]
_Groups = dict[tuple[str, str], Rows]


def rows_in(answer: BatchAnswer, key: str) -> Rows:
    """The rows of placement.get or event.get in an answer to READS; raises RestError."""
    rows = as_list(answer.value(key), of=key)
    return [row for row in rows if isinstance(row, dict)]


@dataclass(frozen=True)
class Bound:
    """What a portal says is bound, against what should be; None where it did not say.

    `not_kept` are languages whose titles the portal was once sent and left out.
    """

    wanted: tuple[Placement, ...]
    app_url: str
    placements: Rows | None
    events: Rows | None
    not_kept: Collection[str] = ()

    def has(self, placement: Placement) -> bool | None:
        """Whether the place leads to us, once, with today's titles, and nowhere else."""
        if self.placements is None:
            return None
        here = [rows for (code, _), rows in self._places.items() if code == placement.code]
        return len(here) == 1 and self._is_right(placement)

    def hears(self) -> bool | None:
        """Whether we are told of every event of the app's life, and of no other."""
        return None if self.events is None else not self._event_commands()

    def strays(self) -> bool:
        """Whether the app is bound at a place where it does not belong."""
        codes = {placement.code for placement in self.wanted}
        return any(code not in codes for code, _ in self._places)

    def commands(self) -> dict[str, Command]:
        """What makes the bindings ours: at most one a placement or event."""
        commands = {} if self.placements is None else self._placement_commands()
        return commands | ({} if self.events is None else self._event_commands())

    def languages_left_out(self, codes: Collection[str]) -> set[str]:
        """Languages that the portal does not show of titles just sent to the places `codes`."""
        missing: set[str] = set()
        for placement in self.wanted:
            rows = self._places.get(self._pair(placement), [])
            titles = _titles_of(rows[0]) if len(rows) == 1 else {}
            if placement.code in codes and titles:
                missing |= placement.titles.keys() - titles.keys()
        return missing

    @cached_property
    def _places(self) -> _Groups:
        return _by_handler(self.placements or [], "placement")

    def _pair(self, placement: Placement) -> tuple[str, str]:
        return placement.code, self.app_url + placement.path

    def _is_right(self, placement: Placement) -> bool:
        rows = self._places.get(self._pair(placement), [])
        return len(rows) == 1 and self._has_titles(rows[0], placement)

    def _has_titles(self, row: Mapping[str, Any], placement: Placement) -> bool:
        """Whether the bound titles are today's, as far as the portal keeps and names them."""
        titles = _titles_of(row)
        if not titles:
            return True
        kept = {c: t for c, t in placement.titles.items() if c in titles or c not in self.not_kept}
        return all(titles.get(code) == title for code, title in kept.items())

    def _placement_commands(self) -> dict[str, Command]:
        commands: dict[str, Command] = {}
        missing = {self._pair(placement): placement for placement in self.wanted}
        for index, pair in enumerate(self._places):
            if pair in missing and self._is_right(missing[pair]):
                del missing[pair]
            else:
                params = {"PLACEMENT": pair[0], "HANDLER": pair[1]}
                commands[f"unbind_{index}"] = Command("placement.unbind", params)
        for placement in missing.values():
            params = _binding(placement, self.app_url)
            commands[f"bind_{placement.code}"] = Command("placement.bind", params)
        return commands

    def _event_commands(self) -> dict[str, Command]:
        commands: dict[str, Command] = {}
        handler = f"{self.app_url}/events/"
        missing = dict.fromkeys(EVENTS)
        groups = _by_handler(self.events or [], "event")
        for index, ((event, bound), same) in enumerate(groups.items()):
            if bound == handler and event in missing and len(same) == 1:
                del missing[event]
            else:
                params = {"event": event, "handler": bound}
                commands[f"unbind_event_{index}"] = Command("event.unbind", params)
        for event in missing:
            params = {"event": event, "handler": handler}
            commands[f"bind_{event}"] = Command("event.bind", params)
        return commands


def bound_in(
    answer: BatchAnswer,
    wanted: Iterable[Placement],
    *,
    app_url: str,
    not_kept: Collection[str] = (),
) -> Bound:
    """What an answer to READS says; its form is not trusted."""
    rows: dict[str, Rows | None] = {}
    for key in READS:
        try:
            rows[key] = rows_in(answer, key)
        except RestError:
            rows[key] = None
    return Bound(tuple(wanted), app_url, rows["placements"], rows["events"], not_kept)


def _binding(placement: Placement, app_url: str) -> dict[str, Any]:
    return {
        "PLACEMENT": placement.code,
        "HANDLER": app_url + placement.path,
        "LANG_ALL": {code: {"TITLE": title} for code, title in placement.titles.items()},
    }


def _titles_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The titles that a portal names by language; an older one names none."""
    texts = row.get("langAll")
    if not isinstance(texts, dict):
        return {}
    return {c: each.get("TITLE") if isinstance(each, dict) else None for c, each in texts.items()}


def _by_handler(rows: Rows, key: str) -> _Groups:
    """The portal's rows by (code, handler); an unbind takes all rows of one such pair away."""
    groups: _Groups = {}
    for row in rows:
        pair = (str(row.get(key, "")).upper(), str(row.get("handler", "")))
        groups.setdefault(pair, []).append(row)
    return groups
