"""HTML of the pages: elements and templates whose values are escaped unless they are `Html`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from aiohttp import web

FOLDER = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src *; form-action *; base-uri 'none'"
)


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


NOTHING = Html("")


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """One element; `class_` is class, `data_x` is data-x, True is bare, None and False absent."""
    shown = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_text(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{shown}>{join(children)}</{name}>")


def join(parts: Iterable[object]) -> Html:
    return Html("".join(_text(part) for part in parts))


def fill(template: str, **values: object) -> Html:
    """The template of this name with its `$values`. Raises KeyError for a value left out."""
    return Html(_read(template).substitute({key: _text(part) for key, part in values.items()}))


def page(
    *,
    title: str,
    content: Html,
    header: Html = NOTHING,
    strip: Html = NOTHING,
    status: int = 200,
) -> web.Response:
    """A whole page; `header` stands above the content, `strip` below it."""
    text = fill("page", title=title, header=header, content=content, strip=strip)
    return web.Response(
        text=text,
        status=status,
        content_type="text/html",
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
    )


def data(value: Any) -> Html:
    """JSON for a script element, which no value can close."""
    return Html(json.dumps(value).replace("<", "\\u003c"))


def money(amount: float, currency: str) -> str:
    return f"{amount:,.2f} {currency}"


def _text(value: object) -> str:
    return value if isinstance(value, Html) else escape(str(value))


@lru_cache(maxsize=16)
def _read(name: str) -> Template:
    return Template((FOLDER / f"{name}.html").read_text(encoding="utf-8"))
