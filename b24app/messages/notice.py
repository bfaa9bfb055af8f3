"""Notices: the shape of what a person reads, and how a table row becomes one.

Knows that an error has a code, a text and a status; knows no class of errors and no sentence.
Texts in rows are lazy and become plain strings in the active language when a notice is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from b24app.rest.errors import RestError
from b24app.telemetry.logs import NO_REQUEST, REQUEST_ID

QUOTE_LENGTH = 300
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Tone(StrEnum):
    """How a notice sounds; a template picks role and colour by it."""

    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Notice:
    """What a person reads: one sentence what happened, one sentence what to do next.

    All texts are ready to show and not escaped: a template prints them as they are, escaping them.

    - `next_step`: what the reader can do.
    - `admin_step`: what an administrator can do; for anybody else it already begins with
      "Ask your administrator:".
    - `details`: code, HTTP status and UTC time for support; never a token, never a name.
    - `quote`: the portal's own words, at most QUOTE_LENGTH characters.
    - `can_retry`: whether offering the button again makes sense.
    - `needs_reload`: nothing works on this page any more, so a button loads it anew.
    """

    tone: Tone
    text: str
    next_step: str = ""
    admin_step: str = ""
    details: str = ""
    quote: str = ""
    can_retry: bool = False
    needs_reload: bool = False


@dataclass(frozen=True)
class Wording:
    """A row of a table: the sentences for one class of errors.

    `wordless` replaces `text` where the portal gave no words to quote.
    """

    text: str | Promise
    next_step: str | Promise = ""
    admin_step: str | Promise = ""
    tone: Tone = Tone.PROBLEM
    can_retry: bool = False
    is_quoting: bool = False
    wordless: str | Promise = ""

    def notice(self, *, is_admin: bool = False, details: str = "", words: str = "") -> Notice:
        """The row in the active language; `words` are quoted only by a row that quotes."""
        quote = _shortened(words) if self.is_quoting else ""
        admin_step = str(self.admin_step)
        if admin_step and not is_admin:
            admin_step = gettext("Ask your administrator: %(step)s") % {"step": admin_step}
        return Notice(
            tone=self.tone,
            text=str(self.text if quote or not self.wordless else self.wordless),
            next_step=str(self.next_step),
            admin_step=admin_step,
            details=details,
            quote=quote,
            can_retry=self.can_retry,
        )


Table = Mapping[type[RestError], Wording]


def notice_of(error: RestError, *tables: Table, is_admin: bool) -> Notice:
    """A notice in the words of the first table that has a row for the error's class or a parent.

    Within a table the nearest class wins. Raises LookupError when no table has a row.
    """
    for table in tables:
        for kind in type(error).__mro__:
            if kind in table:
                details = support_details(code=error.code, status=error.status)
                notice = table[kind].notice(is_admin=is_admin, details=details, words=error.text)
                return _timed(notice, error.seconds)
    raise LookupError(type(error).__name__)


def _timed(notice: Notice, seconds: int) -> Notice:
    """The notice with the time after which it makes sense to try again, where that is known."""
    if not seconds:
        return notice
    text = ngettext("Try again in %(count)d second.", "Try again in %(count)d seconds.", seconds)
    return replace(notice, next_step=text % {"count": seconds})


def support_details(*, code: str, status: int | None = None) -> str:
    """`CODE · HTTP 403 · 2026-01-31 12:00:00 UTC · 1f0c5d27a9be`: at the end the request's id.

    What does not look like a code is left out, because a portal can put anything there.
    """
    parts = [code] if _CODE.fullmatch(code) else []
    if status is not None:
        parts.append(f"HTTP {status}")
    parts.append(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    if (request_id := REQUEST_ID.get()) != NO_REQUEST:
        parts.append(request_id)
    return " · ".join(parts)


def with_details(notice: Notice, status: int) -> Notice:
    """The notice with something that support can look for, where it has nothing of its own."""
    return replace(notice, details=notice.details or support_details(code="", status=status))


def _shortened(words: str) -> str:
    text = " ".join(words.split())
    return text if len(text) <= QUOTE_LENGTH else text[: QUOTE_LENGTH - 1].rstrip() + "…"
