"""Pages of another site that a person has come to: what they hold is theirs, where they post ours.

All stand at `evil.localhost`, in a browser another site than the portals and the app.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape

from tests.support.servers.sites import PAGE, Asked, Given, Sites, serve_sites

VICTIM = "victim"
_SUBMIT = "<script>document.forms[0].submit()</script>"


def form_to(url: str, fields: Mapping[str, str], *, target: str = "_self") -> str:
    """A form that posts itself; `target` may be the name of a frame."""
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return f'<form method="post" action="{escape(url)}" target="{target}">{inputs}</form>{_SUBMIT}'


def frame(src: str = "about:blank", *, name: str = VICTIM, attributes: str = "") -> str:
    return f'<iframe name="{escape(name)}" src="{escape(src)}" {attributes}></iframe>'


@contextmanager
def serve_foes(pages: Mapping[str, str]) -> Iterator[Sites]:
    """A server of these bodies by their paths."""

    def answer(asked: Asked) -> Given:
        return Given(f"{PAGE}{pages[asked.path]}")

    with serve_sites(answer) as sites:
        yield sites


def at(sites: Sites, path: str) -> str:
    return sites.url("evil", path)
