"""The shape of an event POST: what Bitrix24's queue says happened. Pure, and trusts nothing.

Sources: b24restdocs api-reference/events/index.md, api-reference/common/events/*.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from b24app.launch import is_token

_MEMBER_ID = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[A-Z0-9_]{1,64}")


class EventMalformed(ValueError):
    """The form is not an event."""


@dataclass(frozen=True)
class PortalEvent:
    """An event as somebody posted it; tokens may be missing, every field may be a lie."""

    name: str
    member_id: str
    application_token: str = field(repr=False)
    access_token: str = field(repr=False)


def parse_event(form: Mapping[str, str]) -> PortalEvent:
    """The event in a form with bracketed keys; raises EventMalformed."""
    name = form.get("event", "").upper()
    member_id = form.get("auth[member_id]", "")
    if not _NAME.fullmatch(name) or not _MEMBER_ID.fullmatch(member_id):
        raise EventMalformed
    tokens = {key: form.get(f"auth[{key}]", "") for key in ("application_token", "access_token")}
    if any(token and not is_token(token) for token in tokens.values()):
        raise EventMalformed
    return PortalEvent(
        name=name,
        member_id=member_id,
        **tokens,
    )
