"""The shape of an event POST: what Bitrix24's queue says happened. Pure, and trusts nothing.

Sources: b24restdocs api-reference/events/index.md, api-reference/common/events/*.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from b24app.protocol.launch import MEMBER_ID, LaunchMalformed, is_token, oauth_origin

INSTALL = "ONAPPINSTALL"
UPDATE = "ONAPPUPDATE"
UNINSTALL = "ONAPPUNINSTALL"
PAYMENT = "ONAPPPAYMENT"
# Those that change something, and so are kept; a payment is but a hint to look.
KEPT = frozenset({INSTALL, UPDATE, UNINSTALL})
_NAME = re.compile(r"[A-Z0-9_]{1,64}")
_TIME = re.compile(r"[0-9]{1,12}")
_MAX_VALUE = 100
_DATA_KEYS = ("ACTIVE", "CLEAN", "INSTALLED", "PREVIOUS_VERSION", "STATUS", "VERSION")


class EventMalformed(ValueError):
    """The form is not an event."""


@dataclass(frozen=True)
class PortalEvent:
    """An event as somebody posted it; tokens may be missing, every field may be a lie.

    `ts` is its time in Unix seconds, 0 when the form has none; `data` are the fields of `data`
    that mean something to us; `oauth_server` is the origin of the named server or empty.
    """

    name: str
    member_id: str
    ts: int
    data: Mapping[str, str]
    oauth_server: str
    application_token: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether a removal takes the portal's data with it."""
        return self.data.get("CLEAN") == "1"

    @property
    def digest(self) -> str:
        """The hash of the content: the same for a replay, and for nothing else.

        It covers the application token, so that only who has seen the event can name it.
        """
        return hashlib.sha256(self.to_text().encode()).hexdigest()

    def to_text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> PortalEvent:
        fields: dict[str, Any] = json.loads(text)
        return cls(**fields)


def parse_event(form: Mapping[str, str]) -> PortalEvent:
    """The event in a form with bracketed keys; raises EventMalformed."""
    name = form.get("event", "").upper()
    member_id = form.get("auth[member_id]", "")
    ts = form.get("ts", "0")
    is_well_formed = _NAME.fullmatch(name) and MEMBER_ID.fullmatch(member_id)
    if not is_well_formed or not _TIME.fullmatch(ts):
        raise EventMalformed
    try:
        oauth_server = oauth_origin(form.get("auth[server_endpoint]", ""))
    except LaunchMalformed as error:
        raise EventMalformed from error
    return PortalEvent(
        name=name,
        member_id=member_id,
        ts=int(ts),
        data={key: value for key in _DATA_KEYS if (value := _value(form, key))},
        oauth_server=oauth_server,
        application_token=_token(form, "application_token"),
        access_token=_token(form, "access_token"),
        refresh_token=_token(form, "refresh_token"),
    )


def _value(form: Mapping[str, str], key: str) -> str:
    value = form.get(f"data[{key}]", "")
    if len(value) > _MAX_VALUE or not value.isprintable():
        raise EventMalformed
    return value


def _token(form: Mapping[str, str], key: str) -> str:
    token = form.get(f"auth[{key}]", "")
    if token and not is_token(token):
        raise EventMalformed
    return token
