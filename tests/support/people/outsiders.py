"""People outside the frame: a browser with cookies, and the way through a portal and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib.sessions.models import Session

from tests.standin.client import StandIn
from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

LOGIN = "/accounts/bitrix24/login/"
CALLBACK = "/accounts/bitrix24/login/callback/"
LOGOUT = "/accounts/logout/"
PORTAL = "/portal/"
MOST_REDIRECTS = 5


@dataclass
class Outsider:
    """Somebody at a browser of their own; `cookies` by host, as a browser keeps them."""

    app: App
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def send(self, url: str, *, form: dict[str, Any] | None = None, **headers: str) -> Page:
        """One request to the app, or wherever a whole URL leads; redirects are not followed."""
        parts = urlsplit(url)
        host = parts.netloc or self.app.host
        jar = self.cookies.setdefault(host.partition(":")[0], {})
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        method = "GET" if form is None else "POST"
        server = StandIn(self.app.port if host == self.app.host else self.app.standin.port)
        pairs = None if form is None else [(key, str(value)) for key, value in form.items()]
        answer = server.send(host, path, method=method, form=pairs, headers=sent)
        for line in filter(None, answer.headers.get("set-cookie", "").split("\n")):
            for name, morsel in SimpleCookie(line).items():
                jar[name] = morsel.value
                if morsel["max-age"] == "0" or not morsel.value:
                    del jar[name]
        return Page(answer.status, answer.headers, answer.body.decode())

    def follow(self, page: Page) -> Page:
        """Where redirects lead in the end."""
        for _ in range(MOST_REDIRECTS):
            if page.status not in (301, 302, 303):
                return page
            page = self.send(page.headers["location"])
        raise AssertionError(f"redirects without an end: {page.headers['location']}")

    def open(self, path: str, **headers: str) -> Page:
        return self.follow(self.send(path, form=None, **headers))

    def press(self, page: Page, action: str, *, is_htmx: bool = False, **fields: Any) -> Page:
        """Send a form of the page with these fields changed."""
        headers = {"HX_Request": "true"} if is_htmx else {}
        return self.send(action, form={**page.form_fields(action), **fields}, **headers)

    def begin(self, address: str) -> Page:
        """Name a portal on the sign-in page."""
        return self.press(self.send(LOGIN), LOGIN, portal=address)

    def be(self, portal: PortalWithApp, user: str) -> None:
        """Be signed in to the portal itself as this user."""
        jar = self.cookies.setdefault(str(portal.about["host"]).partition(":")[0], {})
        jar["standin_user"] = str(portal.about["users"][user])

    def reach(self, portal: PortalWithApp, *, user: str = "admin") -> dict[str, str]:
        """Begin at a portal, be sent back by it, and stop there: what the way back carries."""
        self.be(portal, user)
        asked = self.begin(portal.about["origin"])
        assert asked.status == 302, asked.text
        sent_back = self.send(asked.headers["location"])
        assert sent_back.status == 302, sent_back.text
        return dict(parse_qsl(urlsplit(sent_back.headers["location"]).query))

    def arrive(self, query: dict[str, str], *, path: str = CALLBACK) -> Page:
        """Go on from there."""
        return self.follow(self.send(f"{path}?{urlencode(query)}"))

    def sign_in(self, portal: PortalWithApp, *, user: str = "admin") -> Page:
        """All the way, with the app's main address as the way back."""
        return self.arrive(self.reach(portal, user=user), path="/")

    @property
    def has_session(self) -> bool:
        """Whether this browser would be let in."""
        return self.open(PORTAL).status == 200


def sessions() -> list[dict[str, Any]]:
    """The content of every session, which its row holds packed."""
    return [session.get_decoded() for session in Session.objects.all()]
