"""The quick ways to the app: a menu in a row of the list of deals, a menu at the top of a card.

Choosing an entry opens its handler in a slider (b24restdocs:
api-reference/widgets/crm/list-menu.md, api-reference/widgets/crm/detail-toolbar.md).
"""

from __future__ import annotations

from tests.standin.pages.markup import Html, join, tag
from tests.standin.pages.visits import Visit

LIST_MENU = "CRM_DEAL_LIST_MENU"
TOOLBAR = "CRM_DEAL_DETAIL_TOOLBAR"


def show_menu(visit: Visit, placement: str, *, deal: int, label: str, text: str = "⋯") -> Html:
    """A menu of the app's handlers at `placement`, named `label`; nothing where there are none."""
    bindings = visit.bindings_at(placement)
    if not bindings:
        return Html("")
    entries = join(
        tag(
            "button",
            each.title_in(visit.lang),
            type="button",
            dir="auto",
            data_placement=placement,
            data_handler=each.handler,
            data_deal=deal,
        )
        for each in bindings
    )
    summary = tag("summary", text, aria_label=label)
    menu = tag("div", entries, class_="menu", role="group", aria_label=label)
    return tag("details", summary, menu, class_="quick", name="quick")
