"""An answer of the app as a person or a screen reader would take it in.

What a load of thousands asks for is read by its marks; parsing costs a hundred times as much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape

from bs4 import BeautifulSoup, Tag

_TAG = re.compile(r"<[^>]+>")
_NOTICE = re.compile(r'class="notice notice-(\w+)">\s*<p class="notice-text">(.*?)</p>', re.DOTALL)
_POLLED = re.compile(r'hx-get="/payments/attempts/([0-9a-f-]{36})/"')
_UNSAVED = (
    "The app cannot save anything at the moment, so nothing was sent.",
    "The app could not note down your request",
)


@dataclass
class Page:
    """A page or a fragment; texts are squeezed to single spaces, and what is not there is empty."""

    status: int
    headers: dict[str, str]
    body: str = field(repr=False)

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.body, "html.parser")

    @property
    def text(self) -> str:
        return _squeeze(self.soup.get_text(" "))

    @property
    def status_text(self) -> str:
        """What stands in the status line: progress and success."""
        return self._text_of("status")

    @property
    def alert_text(self) -> str:
        """What stands in the alert: a problem, its reason and the next step."""
        return self._text_of("alert")

    @property
    def bearer(self) -> str:
        """The bearer for the next request: a fresh one in a header, else the page's own."""
        return self.headers.get("x-frame-session", "") or self._value_of("frame_session")

    @property
    def key(self) -> str:
        """The key of the next click."""
        return self._value_of("key")

    @property
    def seen(self) -> str:
        return self._value_of("seen")

    @property
    def terms(self) -> str:
        """What the form offered; nothing where it offers no products."""
        return self._value_of("terms")

    @property
    def is_added(self) -> bool:
        """Whether its first notice says that the payment was added."""
        tone, text = self._notice
        return tone == "success" and "added." in text

    @property
    def is_refusal(self) -> bool:
        """Whether it says that there is no payment, whatever the reason."""
        return self._notice[0] in ("warning", "problem") and not self.has_choice

    @property
    def has_choice(self) -> bool:
        """Whether the person is asked which of several payments is theirs."""
        return 'class="choice"' in self.body

    @property
    def is_unsaved(self) -> bool:
        """Whether the app's storage is down; nothing was sent, and the same key may come again."""
        return any(words in self.body for words in _UNSAVED)

    @property
    def payment_numbers(self) -> list[str]:
        """The numbers in the table of payments, from top to bottom."""
        rows = self.soup.select("#list tbody tr")
        return [_squeeze(cell.get_text(" ")) for row in rows if (cell := row.find(["th", "td"]))]

    @property
    def has_add_button(self) -> bool:
        button = self.soup.select_one("#add button[type=submit]")
        return button is not None and not button.has_attr("disabled")

    @property
    def polled_key(self) -> str:
        """The key of the attempt that the page goes on asking about."""
        found = _POLLED.search(self.body)
        return found[1] if found else ""

    def form_fields(self, action: str) -> dict[str, str]:
        """The fields that the form for `action` sends when nobody touches it.

        An answer without a form renews the key and the mark of the one on the page.
        """
        form = self.soup.select_one(f"form[action='{action}']") or self.soup.find(id="click")
        if not isinstance(form, Tag):
            raise AssertionError(f"no form for {action} in {self.status}: {self.text[:500]}")
        inputs = form.select("input[name]:not([disabled])")
        chosen = form.select("select[name] > option[selected], select[name] > option:first-child")
        fields = {str(i["name"]): str(i.get("value", "")) for i in inputs}
        return fields | {str(o.parent["name"]): str(o["value"]) for o in chosen if o.parent}

    @property
    def _notice(self) -> tuple[str, str]:
        """The tone of its first notice, and the sentence."""
        found = _NOTICE.search(self.body)
        return (found[1], _TAG.sub(" ", unescape(found[2]))) if found else ("", "")

    def _value_of(self, name: str) -> str:
        """What the first hidden field of that name holds."""
        found = re.search(rf'name="{name}" value="([^"]+)"', self.body)
        return unescape(found[1]) if found else ""

    def _text_of(self, element_id: str) -> str:
        element = self.soup.find(id=element_id)
        return _squeeze(element.get_text(" ")) if element else ""


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
