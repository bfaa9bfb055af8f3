"""Somebody in the app's tab, who finds things by what they are called, in any browser."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from tests.engines.browser import Gone, Page
from tests.support.browser.chromium import DEAL_TAB
from tests.support.portal import PortalWithApp

# A busy machine is no defect of the page.
PATIENCE_S = 20.0
_LOOK_S = 0.03
# A button or a tab that is seen, by the start of its name.
_BUTTON = r"""(name) => {
  const nameOf = (e) => (e.ariaLabel ?? e.textContent).replace(/\s+/g, " ").trim();
  const isIt = (e) => nameOf(e).startsWith(name) && e.checkVisibility();
  return [...document.querySelectorAll("button, [role=tab]")].find(isIt) ?? null;
}"""
# A field by its label.
_FIELD = """(label) => {
  const isIt = (e) => e.textContent.trim() === label && e.checkVisibility();
  return [...document.querySelectorAll("label")].find(isIt)?.control ?? null;
}"""
_TEXT = r"(css) => document.querySelector(css)?.textContent.replace(/\s+/g, ' ').trim()"
# Until the portal has made the frame as high as its content, what is in it moves.
_IS_FITTED = "() => document.documentElement.scrollHeight <= innerHeight"
# What a field has against its value, once it is said in words that are seen beside it.
_REFUSAL = f"""(label) => {{
  const field = ({_FIELD})(label);
  const words = field?.validationMessage;
  const isSeen = field?.closest("li").innerText.includes(words);
  return isSeen && field.ariaInvalid === "true" ? words : "";
}}"""
_SENT = """(path) => performance.getEntriesByType("resource")
  .some(({ name }) => new URL(name).pathname === path)"""


@dataclass
class Person:
    """At a page of some browser, usually in the app's frame."""

    page: Page

    def enter(self, portal: PortalWithApp, *, user: str = "sales", lang: str = "en") -> None:
        """Be this user of the portal, in this language of its interface."""
        about = portal.about
        cookies = {"standin_user": str(about["users"][user]), "standin_lang": lang}
        self.page.set_cookies(about["origin"], cookies)

    def open_card(
        self, portal: PortalWithApp, deal: int, *, user: str = "sales", lang: str = "en"
    ) -> None:
        """The app's tab in the card of a deal, with its script at work."""
        self.enter(portal, user=user, lang=lang)
        self.page.open(f"{portal.about['origin']}/crm/deal/details/{deal}/?tab={DEAL_TAB}")
        self.wait("() => document.readyState === 'complete' && Boolean(window.portalFrame)")

    def wait(self, function: str, *arguments: Any, inside: bool = True) -> Any:
        """The first true answer of a function. Raises AssertionError with the last one."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                found = self.page.evaluate(function, *arguments, inside=inside)
            except Gone as error:
                found, last = None, str(error)
            else:
                last = repr(found)
            if found:
                return found
            assert time.monotonic() < end, f"still {last} for {arguments or function}"
            time.sleep(_LOOK_S)

    def press(self, name: str, *, inside: bool = True, is_in_slider: bool = False) -> None:
        """Click on a button; in a slider the page scrolls itself, whatever its height."""
        self.wait(f"(name) => Boolean(({_BUTTON})(name))", name, inside=inside)
        if inside and not is_in_slider:
            self.wait(_IS_FITTED)
        self.page.click(_BUTTON, name, inside=inside)

    def sees_button(self, name: str) -> bool:
        return bool(self.page.evaluate(f"(name) => Boolean(({_BUTTON})(name))", name))

    def enter_field(self, label: str) -> None:
        """Click into a field."""
        self.wait(f"(label) => Boolean(({_FIELD})(label))", label)
        self.wait(_IS_FITTED)
        self.page.click(_FIELD, label)

    def fill(self, label: str, text: str) -> None:
        """Type over what stands in a field."""
        self.enter_field(label)
        self.page.press("Control", "a")
        self.page.type(text)

    def value(self, label: str) -> str:
        return str(self.page.evaluate(f"(label) => ({_FIELD})(label).value", label))

    def turn_wheel(self, label: str, pixels: int) -> None:
        self.page.turn_wheel(_FIELD, label, pixels=pixels)

    def await_refusal(self, label: str) -> str:
        """The words at a field that say what is wrong with its value."""
        return str(self.wait(_REFUSAL, label))

    def has_sent(self, path: str) -> bool:
        """Whether the app's page has sent anything there."""
        return bool(self.page.evaluate(_SENT, path))

    def text(self, css: str, *, inside: bool = True) -> str:
        return str(self.page.evaluate(_TEXT, css, inside=inside) or "")

    def await_text(self, css: str, part: str, *, inside: bool = True) -> str:
        """The text of an element, once it has this in it."""
        has_part = f"(css, part) => {{ const t = ({_TEXT})(css); return t?.includes(part) && t; }}"
        return str(self.wait(has_part, css, part, inside=inside))
