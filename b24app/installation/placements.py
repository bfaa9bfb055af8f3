"""What this app has bound in a portal, and the commands that bring it to what it should be.

Binding the same handler twice is an error on the portal, and binding another address adds a second
tab instead of moving the first (b24restdocs: api-reference/widgets/placement-bind.md), so the
portal is read first, and only the difference is sent. What a portal did not say is not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError
from b24app.rest.responses import as_list
from b24app.spec import Placement

EVENTS = ("ONAPPINSTALL", "ONAPPUPDATE", "ONAPPUNINSTALL", "ONAPPPAYMENT", "ONAPPMETHODCONFIRM")
READS = {"placements": Command("placement.get"), "events": Command("event.get")}
# Rows as the portal lists them, by code and handler: an unbind takes all rows of such a pair away.
Handlers = dict[tuple[str, str], list[dict[str, Any]]]


def handlers_in(answer: BatchAnswer, key: str) -> Handlers:
    """What placement.get or event.get says in an answer to READS; raises RestError."""
    found: Handlers = {}
    code = READS[key].method.partition(".")[0]
    for row in as_list(answer.value(key), of=key):
        if isinstance(row, dict):
            pair = (str(row.get(code, "")).upper(), str(row.get("handler", "")))
            found.setdefault(pair, []).append(row)
    return found


@dataclass(frozen=True)
class Bound:
    """What a portal says is bound, against what should be.

    `handlers` is what it said to each of READS, `unread` why it did not. `not_kept` are languages
    whose titles the portal was once sent and left out.
    """

    wanted: tuple[Placement, ...]
    app_url: str
    handlers: Mapping[str, Handlers]
    unread: Mapping[str, RestError]
    not_kept: Collection[str] = ()

    def has(self, placement: Placement) -> bool | None:
        """Whether it leads to us, once, with today's titles, and nowhere else.

        None where the portal did not say.
        """
        if "placements" in self.unread:
            return None
        here = [code for code, _ in self.handlers["placements"] if code == placement.code]
        return len(here) == 1 and self._is_right(placement)

    def hears(self) -> bool | None:
        """Whether we are told of every event of the app's life, and of no other; None as above."""
        return None if "events" in self.unread else not self._event_commands()

    def strays(self) -> bool:
        """Whether the app is bound at a place where it does not belong."""
        codes = {placement.code for placement in self.wanted}
        return any(code not in codes for code, _ in self.handlers.get("placements", ()))

    def commands(self) -> dict[str, Command]:
        """What makes the bindings ours: at most one a placement or event."""
        commands = self._placement_commands() if "placements" in self.handlers else {}
        return commands | (self._event_commands() if "events" in self.handlers else {})

    def languages_left_out(self, codes: Collection[str]) -> set[str]:
        """Languages that the portal does not show of titles just sent to the places `codes`."""
        missing: set[str] = set()
        for placement in self.wanted:
            titles = _titles_of(self._own_row(placement) or {})
            if placement.code in codes and titles:
                missing |= placement.titles.keys() - titles.keys()
        return missing

    def _pair(self, placement: Placement) -> tuple[str, str]:
        return placement.code, self.app_url + placement.path

    def _own_row(self, placement: Placement) -> Mapping[str, Any] | None:
        """The one binding of the placement that leads to us; None where there are none or more."""
        rows = self.handlers.get("placements", {}).get(self._pair(placement), [])
        return rows[0] if len(rows) == 1 else None

    def _is_right(self, placement: Placement) -> bool:
        """Whether the titles are today's too, as far as the portal keeps and names them."""
        row = self._own_row(placement)
        titles = _titles_of(row or {})
        kept = {c: t for c, t in placement.titles.items() if c in titles or c not in self.not_kept}
        has_titles = not titles or all(titles.get(code) == title for code, title in kept.items())
        return row is not None and has_titles

    def _placement_commands(self) -> dict[str, Command]:
        commands: dict[str, Command] = {}
        missing = {self._pair(placement): placement for placement in self.wanted}
        for index, pair in enumerate(self.handlers["placements"]):
            if pair in missing and self._is_right(missing[pair]):
                del missing[pair]
            else:
                params = {"PLACEMENT": pair[0], "HANDLER": pair[1]}
                commands[f"unbind_{index}"] = Command("placement.unbind", params)
        for placement in missing.values():
            code, handler = self._pair(placement)
            titles = {language: {"TITLE": title} for language, title in placement.titles.items()}
            binding = {"PLACEMENT": code, "HANDLER": handler, "LANG_ALL": titles}
            commands[f"bind_{code}"] = Command("placement.bind", binding)
        return commands

    def _event_commands(self) -> dict[str, Command]:
        commands: dict[str, Command] = {}
        handler = f"{self.app_url}/events/"
        missing = dict.fromkeys(EVENTS)
        for index, ((event, bound), same) in enumerate(self.handlers["events"].items()):
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
    handlers: dict[str, Handlers] = {}
    unread: dict[str, RestError] = {}
    for key in READS:
        try:
            handlers[key] = handlers_in(answer, key)
        except RestError as error:
            unread[key] = error
    return Bound(tuple(wanted), app_url, handlers, unread, not_kept)


def _titles_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The titles that a portal names by language; an older one names none."""
    texts = row.get("langAll")
    if not isinstance(texts, dict):
        return {}
    return {c: each.get("TITLE") if isinstance(each, dict) else None for c, each in texts.items()}
