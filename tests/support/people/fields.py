"""An administrator switches the deal's fields on, and what the portal then has in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from payments.models import DealFigures, FieldSetup
from tests.support.app import App
from tests.support.pages.home_visits import ask_from, open_home
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

FIELDS = "/fields/"
ADD_FIELD, WRITE = "crm.deal.userfield.add", "crm.item.update"
PAID, LEFT = "UF_CRM_DP_PAID", "UF_CRM_DP_LEFT"
LAST, STATE = "UF_CRM_DP_LAST", "UF_CRM_DP_STATE"
NAMES = {PAID, LEFT, LAST, STATE}


def press(portal: PortalWithApp, do: str, *, user: str = "admin", app: App | None = None) -> Page:
    """A button of Payments in lists, or a look at how far things are."""
    asked = replace(portal, app=app) if app else portal
    return ask_from(asked, open_home(asked, user=user), FIELDS, do=do)


def switch_on(portal: PortalWithApp, *, user: str = "admin") -> None:
    """The fields are there, and everybody's clicks fill them from now on."""
    assert press(portal, "on", user=user).status == 200
    await_setup(portal, FieldSetup.State.READY)
    portal.standin.clear_calls(portal.name)


def await_setup(portal: PortalWithApp, state: str) -> None:
    rows = FieldSetup.objects.filter(portal=portal.row, state=state)
    await_condition(rows.exists, seconds=15)


def await_quiet(portal: PortalWithApp) -> None:
    """Nothing is due any more: what there was to write is written, or refused."""
    due = DealFigures.objects.filter(portal=portal.row, due_at__isnull=False)
    await_condition(lambda: not due.exists(), seconds=15)


def values(portal: PortalWithApp, deal: str = "fresh") -> dict[str, Any]:
    """What the portal has in the fields of a deal, the list's value by its key."""
    found = dict(portal.standin.deal(portal.name, portal.deal(deal))["values"])
    if STATE in found:
        choices = portal.state()["user_fields"][STATE]["choices"]
        found[STATE] = next((c["xml_id"] for c in choices if c["id"] == found[STATE]), found[STATE])
    return found
