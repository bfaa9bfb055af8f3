"""What axe-core finds in a frame: the serious and critical findings, each in one line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Frame, Page

_AXE = Path(__file__).resolve().parents[3] / "node_modules/axe-core/axe.min.js"
_RUN = """async () => {
    const {violations} = await axe.run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations
        .filter(({impact}) => ["serious", "critical"].includes(impact))
        .map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join(" | ")}`);
}"""


@cache
def _source() -> str:
    return _AXE.read_text(encoding="utf-8")


def findings(place: Frame | Page) -> list[str]:
    """Serious and critical findings; the library is put in by the debugger, past any policy."""
    place.evaluate(_source())
    found: list[str] = place.evaluate(_RUN)
    return found
