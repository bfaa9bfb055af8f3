"""Who gets what at every address of the console, the admin and the sign-in.

The addresses come from the URL conf: a new one without a row here fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.apps import apps
from django.test import Client
from django.utils import timezone

from b24app.models import EventReceipt, Portal, PortalUser
from payments.models import Attempt
from tests.console.conftest import new_client
from tests.support.pages.page import Page
from tests.support.people.operators import SEED, Person, make_person, sign_in
from tests.support.portal import PortalWithApp
from tests.support.routes import all_routes
from tests.support.security.traces import policy
from tools.fake_environment import FAKE_ENVIRONMENT

ROOMS = ("accounts/", "admin/", "console/")
# The way in for administrators of portals: tests/connect.
OF_PORTALS = "accounts/bitrix24/"
LOGIN, ACTIVATE = "/accounts/login/", "/accounts/2fa/totp/activate/"
SHOWN, GONE = "200", "404"
# Stranger, a portal administrator's account, staff without a second factor, staff with one.
GATED = (LOGIN, "403", ACTIVATE)
TABLES = [
    "b24app/portal",
    "b24app/portaluser",
    "b24app/eventreceipt",
    "b24app/restcall",
    "payments/attempt",
    "auth/user",
]
ADMIN = {
    "": SHOWN,
    "login/": "/admin/",
    "logout/": SHOWN,
    "password_change/": SHOWN,
    "password_change/done/": SHOWN,
    "autocomplete/": "403",
    "jsi18n/": SHOWN,
    "r/<path:content_type_id>/<path:object_id>/": GONE,
    "^(?P<app_label>b24app|auth|payments)/$": SHOWN,
    "(?P<url>.*)$": GONE,
    **{f"{table}/": SHOWN for table in TABLES},
    **{f"{table}/add/": "403" for table in TABLES},
    **{f"{table}/<path:object_id>/": "302" for table in TABLES},
    **{f"{table}/<path:object_id>/change/": SHOWN for table in TABLES},
    **{f"{table}/<path:object_id>/delete/": "403" for table in TABLES},
    **{f"{table}/<path:object_id>/history/": SHOWN for table in TABLES},
}
ROWS: dict[str, tuple[str, str, str, str]] = {
    "console/": (*GATED, SHOWN),
    "console/portals/<int:pk>/": (*GATED, SHOWN),
    "console/portals/<int:pk>/<slug:name>/": (*GATED, "405"),
    "console/portals/<int:pk>/forget/": (*GATED, "/accounts/reauthenticate/"),
    "accounts/login/": (SHOWN, "/console/", "/console/", "/console/"),
    "accounts/logout/": (LOGIN, SHOWN, SHOWN, SHOWN),
    "accounts/inactive/": (SHOWN, SHOWN, SHOWN, SHOWN),
    "accounts/reauthenticate/": (LOGIN, SHOWN, SHOWN, SHOWN),
    "accounts/2fa/": (*GATED, SHOWN),
    "accounts/2fa/authenticate/": (LOGIN, "/console/", "/console/", "/console/"),
    "accounts/2fa/reauthenticate/": (
        LOGIN,
        "/accounts/reauthenticate/",
        "/accounts/reauthenticate/",
        SHOWN,
    ),
    "accounts/2fa/totp/activate/": (
        LOGIN,
        "403",
        "/accounts/reauthenticate/",
        "/accounts/reauthenticate/",
    ),
    "accounts/2fa/totp/deactivate/": (*GATED, "/accounts/reauthenticate/"),
    "accounts/2fa/recovery-codes/": (*GATED, "/accounts/reauthenticate/"),
    "accounts/2fa/recovery-codes/generate/": (*GATED, "/accounts/reauthenticate/"),
    "accounts/2fa/recovery-codes/download/": (*GATED, "/accounts/reauthenticate/"),
    **{f"admin/{route}": (*GATED, answer) for route, answer in ADMIN.items()},
}
ROWS["admin/login/"] = ("/admin/", "/admin/", "/admin/", "/admin/")


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser, and their column in ROWS."""

    client: Client
    column: int

    def look(self, route: str) -> tuple[str, Page]:
        """What came: a status, or the address to which the browser was sent."""
        answer = self.client.get(address(route))
        place = answer.headers.get("Location", "").partition("?")[0]
        page = Page(answer.status_code, {k.lower(): v for k, v in answer.items()}, "")
        page.body = answer.content.decode()
        is_told = place in {told for row in ROWS.values() for told in row}
        return place if is_told else str(answer.status_code), page


def address(route: str) -> str:
    """An address of the route, about a row that is there."""
    table = next((table for table in TABLES if route.startswith(f"admin/{table}/")), TABLES[0])
    row = apps.get_model(table.replace("/", "."))._default_manager.latest("pk")
    changes = {
        "^(?P<app_label>b24app|auth|payments)/$": "b24app/",
        "(?P<url>.*)$": "nowhere/",
        "<path:content_type_id>": "0",
        "<path:object_id>": str(row.pk),
        "<int:pk>": str(row.pk),
        "<slug:name>": "bind",
    }
    for old, new in changes.items():
        route = route.replace(old, new)
    return f"/{route}"


def fill(portal: PortalWithApp) -> None:
    """A row in every table, with every secret that the app has of a portal."""
    now = timezone.now()
    EventReceipt.objects.create(
        digest="0" * 64,
        member_id=portal.member_id,
        name="ONAPPINSTALL",
        body="sealed",
        is_proven=True,
        at=now,
    )
    Attempt.objects.create(
        portal=portal.row,
        user_id=7,
        entity_type=2,
        entity_id=portal.deal("fresh"),
        key=uuid4(),
        state=Attempt.State.UNCLEAR,
        seen_max_id=0,
        settles_at=now,
        created_at=now,
    )


def visitors(client: Client) -> list[Visitor]:
    """One for each column of ROWS."""
    people = [
        make_person("pavel", is_staff=False, has_factor=False),
        make_person("stella", has_factor=False),
        make_person("olga"),
    ]
    found = [Visitor(client, 0)]
    for column, person in enumerate(people, start=1):
        browser = new_client()
        sign_in(browser, person)
        found.append(Visitor(browser, column))
    return found


def test_every_address_has_a_row_here() -> None:
    found = all_routes()
    known = [r for r in found if r.startswith(ROOMS) and not r.startswith(OF_PORTALS)]
    assert sorted(known) == sorted(ROWS)


def test_every_address_gives_each_visitor_what_is_theirs(
    client: Client, portal: PortalWithApp
) -> None:
    portal.open_tab()
    fill(portal)
    secrets = [*portal.standin.secrets(), SEED, FAKE_ENVIRONMENT["SECRET_KEY"], "sealed"]
    sealed = [*PortalUser.objects.values_list("access_token", "refresh_token")]
    secrets += [text for pair in sealed for text in pair] + [portal.row.application_token]
    assert all(secrets)
    assert len(secrets) > 8
    wrong = {}
    for visitor in visitors(client):
        for route, row in ROWS.items():
            came, page = visitor.look(route)
            if came != row[visitor.column]:
                wrong[route, visitor.column] = came
            assert_guarded(page, is_admin=route.startswith("admin/"))
            assert not [secret for secret in secrets if secret in page.body], route
    assert not wrong


def assert_guarded(page: Page, *, is_admin: bool) -> None:
    """No frame, no foreign content, no trace in a cache, no address told to others."""
    rules = policy(page)
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert rules["style-src"] == rules["form-action"] == ["'self'"]
    assert page.headers["x-frame-options"] == "DENY"
    if page.status != 200:
        return
    sources = rules["script-src"]
    assert sources == ["'self'"] if is_admin else all(s.startswith("'nonce-") for s in sources)
    assert page.headers["referrer-policy"] == "same-origin"
    assert "no-store" in page.headers["cache-control"]


def test_what_needs_a_mail_server_or_makes_accounts_is_not_there(client: Client) -> None:
    passwords = ["password/reset/", "password/change/", "password/set/", "login/code/"]
    for path in ("", "signup/", "email/", "confirm-email/", "2fa/webauthn/", *passwords):
        assert client.get(f"/accounts/{path}").status_code == 404, path


def test_nothing_is_done_for_a_form_without_its_token(operator: Person, client: Client) -> None:
    portal = Portal.objects.create(member_id="0" * 32, client_endpoint="https://a.bitrix24.com/")
    careful = Client(SERVER_NAME="app.localhost", enforce_csrf_checks=True)
    careful.cookies = client.cookies
    for name in ("bind", "refresh", "resolve", "forget"):
        assert careful.post(f"/console/portals/{portal.pk}/{name}/").status_code == 403
