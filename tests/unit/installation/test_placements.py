"""What the installer sends to bring a portal's bindings to what they should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.installation import placements
from b24app.installation.placements import EVENTS, bound_in
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import OperationTimeLimit
from b24app.spec import Placement

APP = "https://pay.example.com"
TITLES = {"en": "Payments", "de": "Zahlungen"}
WANTED = (
    Placement("CRM_DEAL_DETAIL_TAB", "/placements/deal/", TITLES),
    Placement("CRM_SMART_INVOICE_DETAIL_TAB", "/placements/invoice/", TITLES),
)


def said(
    bound: object, events: object, *, app_url: str = APP, not_kept: Iterable[str] = ()
) -> placements.Bound:
    answer = BatchAnswer({"placements": bound, "events": events}, {})
    return bound_in(answer, WANTED, app_url=app_url, not_kept=tuple(not_kept))


@dataclass
class Bound:
    """A portal's bindings, which obey commands as a portal does."""

    placements: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def difference(self) -> dict[str, Command]:
        return said(list(self.placements), list(self.events)).commands()

    def obey(self, commands: Iterable[Command]) -> None:
        for command in commands:
            family, action = command.method.split(".")
            rows = self.placements if family == "placement" else self.events
            row = {key.lower(): value for key, value in command.params.items()}
            row["handler"] = str(row["handler"])
            if action == "bind":
                row["langAll"] = row.pop("lang_all", [])
                rows.append(row)
            else:
                rows[:] = [
                    r for r in rows if (r[family], r["handler"]) != (row[family], row["handler"])
                ]

    def places(self) -> list[tuple[str, str]]:
        return sorted((row["placement"], row["handler"]) for row in self.placements)

    def heard(self) -> list[tuple[str, str]]:
        return sorted((row["event"], row["handler"]) for row in self.events)


def row(placement: Placement, *, app_url: str = APP, titles: Any = None) -> dict[str, Any]:
    lang_all = {code: {"TITLE": title} for code, title in TITLES.items()}
    return {
        "placement": placement.code,
        "handler": app_url + placement.path,
        "langAll": lang_all if titles is None else titles,
    }


def event(name: str, *, app_url: str = APP, auth_type: str = "0") -> dict[str, Any]:
    return {"event": name, "handler": f"{app_url}/events/", "auth_type": auth_type}


OURS = sorted((placement.code, APP + placement.path) for placement in WANTED)
OUR_EVENTS = sorted((name, f"{APP}/events/") for name in EVENTS)


def assert_brought_to_order(bound: Bound) -> None:
    bound.obey(bound.difference().values())
    assert bound.places() == OURS
    assert bound.heard() == OUR_EVENTS
    assert bound.difference() == {}


def test_an_empty_portal_gets_every_tab_and_event_once() -> None:
    assert_brought_to_order(Bound())


def test_a_tab_is_bound_with_its_titles() -> None:
    bind = Bound().difference()["bind_CRM_DEAL_DETAIL_TAB"]
    assert bind == Command(
        "placement.bind",
        {
            "PLACEMENT": "CRM_DEAL_DETAIL_TAB",
            "HANDLER": f"{APP}/placements/deal/",
            "LANG_ALL": {"en": {"TITLE": "Payments"}, "de": {"TITLE": "Zahlungen"}},
        },
    )


def test_tabs_and_events_of_a_former_address_are_replaced() -> None:
    former = "https://old.example.com"
    bound = Bound(
        [row(placement, app_url=former) for placement in WANTED],
        [event(name, app_url=former) for name in EVENTS],
    )
    assert_brought_to_order(bound)


def test_a_tab_that_is_no_longer_wanted_is_unbound() -> None:
    stray = Placement("CRM_LEAD_DETAIL_TAB", "/placements/lead/", TITLES)
    bound = Bound([row(stray), *(row(placement) for placement in WANTED)], [event("ONCRMDEALADD")])
    assert_brought_to_order(bound)


def test_a_second_tab_beside_ours_is_unbound() -> None:
    bound = Bound([row(WANTED[0], app_url="https://old.example.com"), row(WANTED[0])])
    assert_brought_to_order(bound)


def test_the_same_binding_twice_ends_as_one() -> None:
    bound = Bound(
        [row(placement) for placement in WANTED * 2],
        [event(name, auth_type=kind) for name in EVENTS for kind in ("0", "1")],
    )
    assert_brought_to_order(bound)


@pytest.mark.parametrize(
    "titles",
    [
        {"en": {"TITLE": "Old"}, "de": {"TITLE": "Zahlungen"}},
        {"en": {"TITLE": "Payments"}},
        {"en": "Payments", "de": "Zahlungen"},
    ],
)
def test_old_titles_are_renewed(titles: Mapping[str, Any]) -> None:
    bound = Bound([row(WANTED[0], titles=titles), row(WANTED[1])])
    commands = bound.difference()
    assert {"unbind_0", "bind_CRM_DEAL_DETAIL_TAB"} <= commands.keys()
    assert_brought_to_order(bound)


@pytest.mark.parametrize("titles", [[], {}, None])
def test_a_portal_that_names_no_titles_is_left_as_it_is(titles: Any) -> None:
    tabs = [{**row(placement), "langAll": titles} for placement in WANTED]
    bound = Bound(tabs, [event(name) for name in EVENTS])
    assert bound.difference() == {}


@given(
    st.lists(
        st.builds(
            row,
            st.sampled_from(WANTED),
            app_url=st.sampled_from([APP, "https://old.example.com"]),
            titles=st.sampled_from([None, [], {"en": {"TITLE": "Old"}}]),
        ),
        max_size=8,
    ),
    st.lists(
        st.builds(
            event,
            st.sampled_from([*EVENTS, "ONCRMDEALADD"]),
            app_url=st.sampled_from([APP, "https://old.example.com"]),
        ),
        max_size=12,
    ),
)
def test_any_start_ends_the_same(
    placements: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    assert_brought_to_order(Bound(placements, events))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)


@given(st.lists(JSON), st.lists(JSON))
def test_whatever_a_list_holds_it_leads_to_commands(bound: object, events: object) -> None:
    commands = said(bound, events).commands()
    assert {f"bind_{name}" for name in EVENTS} <= commands.keys()


@given(st.none() | st.booleans() | st.text() | st.dictionaries(st.text("ab", min_size=1), JSON))
def test_what_is_no_list_is_no_answer_and_leads_to_nothing(answer: object) -> None:
    if answer != {}:
        bound = said(answer, answer)
        assert (bound.commands(), bound.has(WANTED[0]), bound.hears()) == ({}, None, None)


def test_what_was_not_answered_is_left_as_it_is() -> None:
    answer = BatchAnswer({"events": []}, {"placements": OperationTimeLimit()})
    bound = bound_in(answer, WANTED, app_url=APP)
    assert {command.method for command in bound.commands().values()} == {"event.bind"}
    assert (bound.has(WANTED[0]), bound.hears(), bound.strays()) == (None, False, False)


def test_a_map_of_numbers_is_a_list() -> None:
    places = {"0": row(WANTED[0]), "2": row(WANTED[1])}
    events = {str(10 - index): event(name) for index, name in enumerate(EVENTS)}
    assert said(places, events).commands() == {}


FEW = {"en": {"TITLE": "Payments"}}


def test_languages_that_a_portal_left_out_are_not_sent_again() -> None:
    tabs = [row(placement, titles=FEW) for placement in WANTED]
    events = [event(name) for name in EVENTS]
    bound = said(tabs, events)
    assert bound.has(WANTED[0]) is False
    left_out = bound.languages_left_out({placement.code for placement in WANTED})
    assert left_out == {"de"}
    assert said(tabs, events, not_kept=left_out).commands() == {}
    assert said(tabs, events, not_kept=["fr"]).commands() != {}


def test_an_old_title_is_renewed_also_in_a_language_that_was_once_left_out() -> None:
    titles = {"en": {"TITLE": "Payments"}, "de": {"TITLE": "Alt"}}
    tabs = [row(placement, titles=titles) for placement in WANTED]
    assert said(tabs, [], not_kept=["de"]).has(WANTED[0]) is False
