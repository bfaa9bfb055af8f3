"""The shape of a frame POST: what a browser says about a portal, a user and a placement.

Pure, and trusts nothing: no field is signed (b24restdocs: settings/oauth/simple-way.md).
A `Launch` is well formed, not true; `access.open_frame` proves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from b24app.protocol.addresses import HostRefused, normalise_host
from b24app.protocol.languages import iso_code

MEMBER_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{10,512}")
_ID = re.compile(r"[1-9][0-9]{0,18}")
_PLACEMENT = re.compile(r"[A-Z0-9_]{1,100}")
_MAX_OPTIONS = 20_000


class LaunchMalformed(ValueError):
    """A field of the launch is missing or cannot be what it says; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(f"launch field {field} is missing or malformed")
        self.field = field


@dataclass(frozen=True)
class Launch:
    """One opening of a frame. Every field is the browser's word.

    `oauth_server` is the posted SERVER_ENDPOINT's origin or empty; `options` are strings.
    """

    member_id: str
    host: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    application_token: str = field(repr=False)
    oauth_server: str
    placement: str
    options: Mapping[str, str]
    language: str

    def entity_id(self) -> int:
        """The id of the card the tab is in: `ID`, or `ENTITY_ID` where invoices use it.

        Raises LaunchMalformed (b24restdocs: api-reference/widgets/crm/detail-toolbar.md).
        """
        for key in ("ID", "ENTITY_ID"):
            value = self.options.get(key, "")
            if _ID.fullmatch(value) and int(value) < 2**63:
                return int(value)
        raise LaunchMalformed("PLACEMENT_OPTIONS")


def is_token(text: str) -> bool:
    """Whether a text could be a token of Bitrix24."""
    return _TOKEN.fullmatch(text) is not None


def parse_launch(query: Mapping[str, str], form: Mapping[str, str]) -> Launch:
    """The launch in a frame POST's query and form; raises LaunchMalformed."""
    return Launch(
        member_id=_field(form, "member_id", MEMBER_ID),
        access_token=_field(form, "AUTH_ID", _TOKEN),
        refresh_token=_field(form, "REFRESH_ID", _TOKEN, is_optional=True),
        application_token=_field(form, "APPLICATION_TOKEN", _TOKEN, is_optional=True),
        host=_host(query.get("DOMAIN") or form.get("DOMAIN", "")),
        placement=_field(form, "PLACEMENT", _PLACEMENT, is_optional=True) or "DEFAULT",
        oauth_server=oauth_origin(form.get("SERVER_ENDPOINT", "")),
        options=_options(form.get("PLACEMENT_OPTIONS", "")),
        language=iso_code(query.get("LANG") or form.get("LANG", "")),
    )


def _field(
    form: Mapping[str, str], name: str, pattern: re.Pattern[str], *, is_optional: bool = False
) -> str:
    value = form.get(name, "")
    if not pattern.fullmatch(value) and (value or not is_optional):
        raise LaunchMalformed(name)
    return value


def _host(domain: str) -> str:
    try:
        return normalise_host(domain)
    except HostRefused as error:
        raise LaunchMalformed("DOMAIN") from error


def oauth_origin(server_endpoint: str) -> str:
    """`https://oauth.bitrix.info/rest/` → `https://oauth.bitrix.info`; empty stays empty.

    Raises LaunchMalformed.
    """
    if not server_endpoint:
        return ""
    match = re.fullmatch(r"(https?://[A-Za-z0-9.:-]{1,253})(?:/[A-Za-z0-9/_-]*)?", server_endpoint)
    if match is None:
        raise LaunchMalformed("SERVER_ENDPOINT")
    return match[1].lower()


def _options(text: str) -> dict[str, str]:
    """Options as strings; older portals leave them out, or post `undefined` or a bare value."""
    if len(text) > _MAX_OPTIONS:
        raise LaunchMalformed("PLACEMENT_OPTIONS")
    try:
        options = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(options, dict):
        return {}
    return {str(key): str(value) for key, value in options.items() if isinstance(value, str | int)}
