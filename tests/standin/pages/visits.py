"""Who looks at a page of a portal: the user and the language of the switchers in its header."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from tests.standin.crm.records import Item
from tests.standin.world import WORLD, Binding, Portal, User, World

USER_COOKIE = "standin_user"
LANG_COOKIE = "standin_lang"
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "la": "Español",
    "fr": "Français",
    "it": "Italiano",
    "br": "Português",
    "pl": "Polski",
    "tr": "Türkçe",
    "ua": "Українська",
    "ru": "Русский",
    "kz": "Қазақша",
    "ar": "العربية",
    "in": "हिन्दी",
    "th": "ไทย",
    "vn": "Tiếng Việt",
    "id": "Bahasa Indonesia",
    "ms": "Bahasa Melayu",
    "ja": "日本語",
    "sc": "简体中文",
    "tc": "繁體中文",
}


@dataclass(frozen=True)
class Visit:
    """One request for a page. `is_inside` means in a slider, where the page has no header."""

    world: World
    portal: Portal
    user: User
    lang: str
    is_inside: bool

    @property
    def may_use_app(self) -> bool:
        allowed = self.portal.app.allowed_user_ids
        return allowed is None or self.user.id in allowed

    def bindings_at(self, placement: str) -> list[Binding]:
        """The app's handlers that the user sees there: none before the set-up is finished."""
        if not self.portal.app.installed or not self.may_use_app:
            return []
        return [each for each in self.portal.bindings if each.placement == placement]

    def may_read(self, item: Item) -> bool:
        return self.user.may_read(item)


def visit_of(request: web.Request) -> Visit:
    """The visit that a request is; without cookies the administrator's, in his language.

    Raises HTTPFound at a portal's former address.
    """
    world = request.app[WORLD]
    portal = world.portal_by_host(request.host)
    if portal is None:
        moved = world.portals[world.renamed[request.host.partition(".")[0]]]
        raise web.HTTPFound(f"{moved.origin}{request.path_qs}")
    user = portal.user(request.cookies.get(USER_COOKIE))
    lang = request.cookies.get(LANG_COOKIE, user.lang)
    return Visit(
        world=world,
        portal=portal,
        user=user,
        lang=lang if lang in LANGUAGES else user.lang,
        is_inside=request.query.get("IFRAME") == "Y",
    )
