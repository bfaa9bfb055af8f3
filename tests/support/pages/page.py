"""An answer of the app as a person or a screen reader would take it in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from bs4 import BeautifulSoup, Tag


@dataclass
class Page:
    """A page or a fragment; texts are squeezed to single spaces."""

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
        header = self.headers.get("x-frame-session")
        return header or str(self.form_fields("/payments/add/")["frame_session"])

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
    def polled_key(self) -> str | None:
        """The key of the attempt that the page goes on asking about."""
        asking = self.soup.select_one("[hx-get*='/payments/attempts/']")
        match = re.search(r"attempts/([0-9a-f-]{36})/", str(asking)) if asking else None
        return match[1] if match else None

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

    def _text_of(self, element_id: str) -> str:
        element = self.soup.find(id=element_id)
        return _squeeze(element.get_text(" ")) if element else ""


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
