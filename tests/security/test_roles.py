"""Every address of the frame for each kind of employee: what it does for them, or says instead.

The addresses come from the URL conf: a new one without a row here fails. Which portal it is about
is the matter of test_tenants.py, which bearer of test_bearers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import pytest

from b24app.frame.session import read_session
from payments.commands.links.invitation import Invitation, sign_invitation
from payments.models import Attempt
from tests.security.test_tenants import BY_PROOF, TABLE
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp

ROLES = ("admin", "sales", "reader", "guest")
INVOICE = "CRM_SMART_INVOICE_DETAIL_TAB"
# What a portal posts by itself, for nobody: tests/flow/events.
OF_NOBODY = {"events/"}
ADDED, MINE = "added. It has no products in it yet.", "Your recent payments"
NO_ADD, NO_GUEST = "You cannot add payments to this deal", "Guests of this Bitrix24 have no access"
NO_NOTE = "This was not noted in the timeline"
NO_ORDER, NO_PAGE = "only administrators can do this", "You do not have access to this in Bitrix24"
OWED = "Office coffee, yearly supply"
FINISH, NOTHING = "Only an administrator can finish", "There is nothing at this address"


@dataclass(frozen=True)
class Visit:
    """Somebody in a portal where a payment of an administrator's waits in the deal "empty"."""

    portal: PortalWithApp
    role: str
    payment: int
    home: Page
    tab: Page

    @property
    def key(self) -> str:
        """The key of their last click that was written down."""
        user_id = self.portal.about["users"][self.role]
        attempt = Attempt.objects.filter(portal=self.portal.row, user_id=user_id).last()
        return str(attempt.key if attempt else uuid4())

    def open(self, placement: str, deal: int, handler: str = "") -> Page:
        launch = {"placement": placement, "options": {"ID": str(deal)}}
        if handler:
            launch["handler"] = f"{self.portal.app.origin}{handler}"
        return self.portal.app.open_frame(self.portal.name, user=self.role, **launch)


def ask(page: Page, visit: Visit, path: str, form: dict[str, str] | None) -> Page:
    meta = page.soup.select_one("meta[name=frame-session]")
    assert meta is not None
    headers = {**HTMX, "Authorization": f"Bearer {meta['content']}"}
    return visit.portal.app.send(path, headers=headers, **({} if form is None else {"form": form}))


def at_card(path: str, **form: str) -> Callable[[Visit], Page]:
    """What a page of the card asks for."""
    return lambda visit: ask(visit.tab, visit, path.format(key=visit.key), form or None)


def at_payment(name: str, **form: str) -> Callable[[Visit], Page]:
    """What a button of the card's payment asks for."""
    return lambda visit: ask(
        visit.tab, visit, address_on(visit.tab, visit.payment, name), form or None
    )


def note(visit: Visit) -> Page:
    """What the menu of the payment's link asks for when a link of it was opened."""
    invitation = Invitation(visit.payment, "1/1", Decimal(5), "EUR", "https://acme.example/~1")
    signed = sign_invitation(invitation, read_session(visit.tab.bearer))
    return at_payment("sent", channel="sms", invitation=signed)(visit)


def at_home(path: str) -> Callable[[Visit], Page]:
    """What a button of the main page asks for."""
    return lambda visit: ask(visit.home, visit, path, {})


def after_what_was_seen(path: str) -> Callable[[Visit], Page]:
    """What a button below the deals asks for; nothing was seen by whom the page is refused."""

    def act(visit: Visit) -> Page:
        page = ask(visit.home, visit, "/payments/owed/", {})
        return ask(visit.home, visit, path, {"seen": page.seen})

    return act


def installers_row(portal: PortalWithApp) -> object:
    """All that is stored of who installed the app, the sealed pair among it."""
    return portal.row.users.filter(user_id=portal.about["users"]["admin"]).values().get()


# What each of ROLES reads; nothing that matters where it is empty.
ROWS: dict[str, tuple[Callable[[Visit], Page], tuple[str, str, str, str]]] = {
    "": (lambda visit: visit.home, ("What was checked", MINE, MINE, MINE)),
    "install/": (
        lambda visit: visit.portal.open_installer(user=visit.role),
        ("Everything is ready", FINISH, FINISH, FINISH),
    ),
    "placements/deal/": (
        lambda visit: visit.tab,
        ("Mark as paid", "Add payment", "Add payment", NO_GUEST),
    ),
    "placements/invoice/": (
        lambda visit: visit.open(INVOICE, visit.portal.about["invoices"]["invoice"]),
        ("Add payment", "Add payment", "Add payment", NO_GUEST),
    ),
    "placements/owed/": (
        lambda visit: visit.open("CRM_DEAL_LIST_TOOLBAR", 0),
        (OWED, OWED, OWED, NO_GUEST),
    ),
    "payments/owed/": (at_home("/payments/owed/"), (OWED, OWED, OWED, NO_GUEST)),
    "payments/owed/list/": (at_home("/payments/owed/list/"), (OWED, OWED, OWED, NO_GUEST)),
    "payments/owed/more/": (
        after_what_was_seen("/payments/owed/more/"),
        ("These are all.", "These are all.", "These are all.", ""),
    ),
    "payments/owed/csv/": (after_what_was_seen("/payments/owed/csv/"), (OWED, OWED, OWED, "")),
    "payments/add/": (
        lambda visit: visit.portal.app.press_add(visit.tab),
        (ADDED, ADDED, NO_ADD, NO_GUEST),
    ),
    "payments/attempts/<uuid:key>/": (
        at_card("/payments/attempts/{key}/"),
        (ADDED, ADDED, NO_ADD, NOTHING),
    ),
    "payments/attempts/<uuid:key>/choice/": (
        at_card("/payments/attempts/{key}/choice/", payment="1"),
        (ADDED, ADDED, NO_ADD, NOTHING),
    ),
    "payments/attempts/<uuid:key>/rest/": (
        at_card("/payments/attempts/{key}/rest/", none=""),
        (ADDED, ADDED, "", NOTHING),
    ),
    "payments/older/": (at_card("/payments/older/"), ("", "", "", NO_GUEST)),
    "payments/<int:payment_id>/link/": (
        at_payment("link"),
        ("Link for the client", "Link for the client", "Link for the client", NO_GUEST),
    ),
    "payments/<int:payment_id>/send/": (
        at_payment("send", clients="1"),
        ("+493023125411", "+493023125411", "+493023125411", NO_GUEST),
    ),
    "payments/<int:payment_id>/sent/": (
        note,
        ("Noted in the timeline", "Noted in the timeline", NO_NOTE, NO_NOTE),
    ),
    "payments/<int:payment_id>/pay-system/": (
        at_payment("pay_system", pay_system="3"),
        ("will be paid by: Bank transfer", NO_ORDER, NO_ORDER, NO_GUEST),
    ),
    "payments/<int:payment_id>/<action:action>/": (
        at_payment("pay", none=""),
        ("is marked as paid", NO_ORDER, NO_ORDER, NO_GUEST),
    ),
    "journal/": (at_home("/journal/"), ("Outcome", NO_PAGE, NO_PAGE, NO_PAGE)),
    "journal/csv/": (at_home("/journal/csv/"), ("Error cod", NO_PAGE, NO_PAGE, NO_PAGE)),
    "repair/": (at_home("/repair/"), ("Repaired", NO_PAGE, NO_PAGE, NO_PAGE)),
    "fields/": (at_home("/fields/"), ("Switched off.", NO_PAGE, NO_PAGE, NO_PAGE)),
}


def test_every_address_of_the_frame_has_a_row() -> None:
    """Those two tables are held to the URL conf by test_tenants.py."""
    assert sorted(ROWS) == sorted({*TABLE, *BY_PROOF} - OF_NOBODY)


@pytest.mark.parametrize("role", ROLES)
def test_each_gets_what_the_portal_lets_them_do(portal: PortalWithApp, role: str) -> None:
    [payment] = portal.standin.add_payments(portal.name, "empty", user="admin", count=1)
    before = installers_row(portal)
    home = portal.app.open_frame(portal.name, user=role, placement="DEFAULT")
    visit = Visit(portal, role, payment, home, portal.open_tab("empty", user=role))
    column = ROLES.index(role)
    for route, (act, cells) in ROWS.items():
        page = act(visit)
        assert page.status < 500, route
        assert cells[column] in page.text, (route, page.text)
        assert NO_PAGE not in page.text or page.status == 403, route
    by_whom = {p["id"]: p["created_by"] for p in portal.payments_of(portal.deal("empty"))}
    own = [pk for pk, user in by_whom.items() if user == portal.about["users"][role]]
    assert len(own) == {"admin": 2, "sales": 1}.get(role, 0)
    assert len(by_whom) == (2 if role in {"admin", "sales"} else 1)
    paid = [p["paid"] for p in portal.payments_of(portal.deal("empty")) if p["id"] == payment]
    assert paid == [role == "admin"]
    assert (installers_row(portal) == before) is (role != "admin")
