"""The app's tabs of a card: a button and a place for the frame each."""

from __future__ import annotations

from tests.standin.pages.markup import Html, join, tag
from tests.standin.pages.visits import Visit
from tests.standin.world import Binding


def show_tabs(visit: Visit, bindings: list[Binding]) -> Html:
    """The buttons, in the visitor's language."""
    return join(
        tag(
            "button",
            binding.title_in(visit.lang),
            type="button",
            role="tab",
            id=f"tab-{number}",
            aria_controls=f"panel-{number}",
            aria_selected="false",
            tabindex="-1",
            dir="auto",
            data_placement=binding.placement,
            data_handler=binding.handler,
        )
        for number, binding in enumerate(bindings)
    )


def show_panels(bindings: list[Binding]) -> Html:
    """The places; each is filled when its tab is chosen first."""
    return join(
        tag(
            "div",
            class_="panel frame-place",
            role="tabpanel",
            id=f"panel-{number}",
            aria_labelledby=f"tab-{number}",
            hidden=True,
        )
        for number in range(len(bindings))
    )
