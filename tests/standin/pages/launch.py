"""Opening the app in a frame, and what the page around the frame may ask of the portal.

b24restdocs: settings/oauth/simple-way.md, settings/app-installation/installation-finish.md.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.standin.events import announce_install, deliver_event
from tests.standin.tokens import ACCESS_SECONDS, issue_pair, revoke_pairs
from tests.standin.world import Portal, User, World

MAIN_PAGE = "DEFAULT"
# Which option names the record behind a place, by the end of the place's code; others name none.
_NAMED_BY = {
    "_DETAIL_TAB": ("ID",),
    "_DETAIL_ACTIVITY": ("ID",),
    "_DETAIL_TOOLBAR": ("ID", "ENTITY_ID"),
    "_LIST_MENU": ("ID",),
    "_LIST_TOOLBAR": (),
    "_ANALYTICS_MENU": (),
}
PROTOCOLS = {"http": "0", "https": "1"}


class NothingBound(LookupError):
    """The app has no handler at this placement."""


@dataclass(frozen=True)
class FrameLaunch:
    """One opening: POST `fields` to `url` in a frame whose name is `window_name`."""

    url: str
    fields: dict[str, str]
    window_name: str
    app_sid: str
    app_origin: str


def launch_frame(
    world: World,
    portal: Portal,
    user: User,
    *,
    placement: str,
    options: dict[str, str],
    lang: str,
    handler: str | None = None,
) -> FrameLaunch:
    """Open a placement, or its handler `handler`, for a user; the install page until finished.

    Raises NothingBound.
    """
    target = _target(world, portal, placement, handler)
    app_sid = secrets.token_hex(16)
    protocol = PROTOCOLS[portal.scheme]
    asked = {"DOMAIN": portal.host, "PROTOCOL": protocol, "LANG": lang, "APP_SID": app_sid}
    query = urlencode(asked)
    token = issue_pair(world, portal, user)
    fields = {
        "AUTH_ID": token.access,
        "AUTH_EXPIRES": str(ACCESS_SECONDS),
        "REFRESH_ID": token.refresh,
        "member_id": portal.member_id,
        "status": portal.app.status,
        "PLACEMENT": placement if portal.app.installed else MAIN_PAGE,
    }
    if portal.switches.send_optional_fields:
        fields["SERVER_ENDPOINT"] = world.oauth_endpoint
        fields["APPLICATION_TOKEN"] = portal.app.application_token
        fields["APPLICATION_SCOPE"] = ",".join(portal.app.scopes)
    if given := _given(portal, placement, options):
        fields["PLACEMENT_OPTIONS"] = json.dumps(given)
    parts = urlsplit(target)
    return FrameLaunch(
        url=f"{target}{'&' if parts.query else '?'}{query}",
        fields=fields,
        window_name=f"{portal.host}|{protocol}|{app_sid}",
        app_sid=app_sid,
        app_origin=f"{parts.scheme}://{parts.netloc}",
    )


def _given(portal: Portal, placement: str, options: dict[str, str]) -> dict[str, str]:
    """The options that a place gives its handler; the page behind it only with a Referer."""
    kept = next((keys for end, keys in _NAMED_BY.items() if placement.endswith(end)), None)
    uri = ("URI",) if portal.switches.sends_uri else ()
    return {
        key: value
        for key, value in options.items()
        if key in uri or (key != "URI" and (kept is None or key in kept))
    }


def init_data(world: World, portal: Portal, user: User, launch: FrameLaunch) -> dict[str, Any]:
    """The answer to getInitData; FIRST_RUN is true once per user and installation."""
    is_first_run = user.id not in portal.app.seen_by
    portal.app.seen_by.add(user.id)
    return {
        "LANG": user.lang,
        "DOMAIN": portal.host,
        "PROTOCOL": int(PROTOCOLS[portal.scheme]),
        "PATH": portal.rest_path.rstrip("/"),
        "AUTH_ID": launch.fields["AUTH_ID"],
        "REFRESH_ID": launch.fields["REFRESH_ID"],
        "AUTH_EXPIRES": launch.fields["AUTH_EXPIRES"],
        "MEMBER_ID": portal.member_id,
        "FIRST_RUN": is_first_run,
        "IS_ADMIN": user.is_admin,
        "INSTALL": not portal.app.installed,
        "USER_OPTIONS": user.options or [],
        "APP_OPTIONS": portal.app.options or [],
        "PLACEMENT": launch.fields["PLACEMENT"],
        "PLACEMENT_OPTIONS": json.loads(launch.fields.get("PLACEMENT_OPTIONS", "{}")),
    }


def refresh_auth(world: World, portal: Portal, user: User) -> dict[str, str]:
    """The answer to refreshAuth: a fresh pair of the user of the frame."""
    token = issue_pair(world, portal, user)
    return {
        "AUTH_ID": token.access,
        "AUTH_EXPIRES": str(ACCESS_SECONDS),
        "REFRESH_ID": token.refresh,
    }


def finish_install(world: World, portal: Portal, user: User) -> bool:
    """End the set-up and announce it; False and no change for everybody but administrators."""
    if not user.is_admin or not portal.app.present:
        return False
    portal.app.installed = True
    if portal.switches.install_event == "after" and not portal.app.is_install_announced:
        world.spawn(announce_install(world, portal, user))
    return True


def add_app(world: World, portal: Portal) -> None:
    """Put the app on the portal's list again after a removal, as a fresh installation."""
    if portal.app.present:
        return
    portal.app.present = True
    portal.app.installed = False
    portal.app.is_install_announced = False
    portal.app.application_token = secrets.token_hex(16)
    world.secrets.append(portal.app.application_token)
    portal.app.seen_by.clear()


def update_app(world: World, portal: Portal) -> None:
    """A new version with a secret of its own; its handlers are gone, and nobody is told.

    b24restdocs: api-reference/events/event-bind.md, safe-event-handlers.md.
    """
    portal.app.version += 1
    portal.app.application_token = secrets.token_hex(16)
    world.secrets.append(portal.app.application_token)
    portal.event_handlers.clear()


async def remove_app(
    world: World, portal: Portal, *, clean: bool, tell: bool = True
) -> list[int | None]:
    """Uninstall: REST closes, tokens die, handlers vanish, then ONAPPUNINSTALL is delivered.

    Answers the handlers' statuses; `tell` False loses the event on its way
    (b24restdocs: settings/app-uninstallation.md).
    """
    handlers = list(portal.event_handlers)
    portal.app.present = False
    portal.app.installed = False
    portal.bindings.clear()
    portal.event_handlers.clear()
    is_over = not portal.switches.tokens_outlive_removal
    revoke_pairs(portal, user_id=None, refresh=True, access=is_over)
    if clean:
        portal.app.options.clear()
    if not tell:
        return []
    data = {"LANGUAGE_ID": "en", "CLEAN": "1" if clean else "0"}
    return await deliver_event(world, portal, "ONAPPUNINSTALL", data=data, handlers=handlers)


def _target(world: World, portal: Portal, placement: str, handler: str | None) -> str:
    if not portal.app.installed:
        return world.app.install_url
    if handler is not None:
        return handler
    if placement == MAIN_PAGE:
        return world.app.main_url
    for binding in portal.bindings:
        if binding.placement == placement:
            return binding.handler
    raise NothingBound(placement)
