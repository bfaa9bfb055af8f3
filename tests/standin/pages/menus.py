"""The quick ways to the app: menus in a row of the list of deals, above it, at the top of a card,
and the list of apps in CRM analytics.

Choosing an entry opens its handler in a slider (b24restdocs:
api-reference/widgets/crm/list-menu.md, list-toolbar.md, detail-toolbar.md, analytics-menu.md).
"""

from __future__ import annotations

from tests.standin.pages.markup import Html, join, tag
from tests.standin.pages.visits import Visit

LIST_MENU = "CRM_DEAL_LIST_MENU"
TOOLBAR = "CRM_DEAL_DETAIL_TOOLBAR"
LIST_TOOLBAR = "CRM_DEAL_LIST_TOOLBAR"
ANALYTICS = "CRM_ANALYTICS_MENU"


def show_menu(
    visit: Visit, placement: str, *, label: str, deal: int | None = None, text: str = "⋯"
) -> Html:
    """A menu of the app's handlers at `placement`, named `label`; nothing where there are none.

    A menu above a list and one of analytics are about no deal.
    """
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
