"""An answer of the app, read by its marks: thousands of them must cost little."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(r"<[^>]+>")
_NOTICE = re.compile(r'class="notice notice-(\w+)">\s*<p class="notice-text">(.*?)</p>', re.DOTALL)
_CHOICE = 'class="choice"'
_POLLED = re.compile(r'hx-get="/payments/attempts/([0-9a-f-]{36})/"')
_KEY = re.compile(r'name="key" value="([^"]+)"')
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_TERMS = re.compile(r'name="terms" value="([^"]+)"')
_BEARER = re.compile(r'name="frame_session" value="([^"]+)"')
_SAVED_NOTHING = "The app cannot save anything at the moment, so nothing was sent."
_NOTED_NOTHING = "The app could not note down your request"


@dataclass(frozen=True)
class Sheet:
    """A page or a fragment; what it does not say is empty."""

    status: int
    body: str
    header: str = ""

    @property
    def is_added(self) -> bool:
        """Whether it says that the payment was added."""
        tone, text = self._notice
        return tone == "success" and "added." in text

    @property
    def is_refusal(self) -> bool:
        """Whether it says that there is no payment, whatever the reason."""
        return self._notice[0] in ("warning", "problem") and not self.has_choice

    @property
    def has_choice(self) -> bool:
        """Whether the person is asked which of several payments is theirs."""
        return _CHOICE in self.body

    @property
    def is_unsaved(self) -> bool:
        """Whether the app's storage is down; nothing was sent, and the same key may come again."""
        return _SAVED_NOTHING in self.body or _NOTED_NOTHING in self.body

    @property
    def polled(self) -> str:
        """The key of the click that the page goes on asking about."""
        return _first(_POLLED, self.body)

    @property
    def key(self) -> str:
        return _first(_KEY, self.body)

    @property
    def seen(self) -> str:
        return _first(_SEEN, self.body)

    @property
    def terms(self) -> str:
        """What the form offered; nothing where it offers no products."""
        return _first(_TERMS, self.body)

    @property
    def bearer(self) -> str:
        return self.header or _first(_BEARER, self.body)

    @property
    def _notice(self) -> tuple[str, str]:
        """The tone of its first notice, and the sentence."""
        found = _NOTICE.search(self.body)
        return (found[1], _TAG.sub(" ", unescape(found[2]))) if found else ("", "")


def _first(pattern: re.Pattern[str], body: str) -> str:
    found = pattern.search(body)
    return unescape(found[1]) if found else ""
