"""The translations: `python -m tools.messages extract|check|compile`.

Reads Python with babel and templates through Django's `templatize` or Jinja2's own extraction, so
neither xgettext nor a database nor the app's settings are needed. The .po files are written sorted
and without line numbers or dates: they change when a sentence changes and at no other time.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[1]
APPS = ("b24app", "payments")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Jinja2 passes over a template that it cannot read, unless it is told not to.
_LOUD = {"silent": "false"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*[\d.]*[a-zA-Z]|%%")


def source_catalog(app: str, *, root: Path = ROOT) -> Catalog:
    """The English sentences of an app: its Python files and its templates."""
    catalog = Catalog()
    for path in _sources(app, root):
        method, content = _readable(path, root)
        found = extract(method, io.BytesIO(content.encode()), KEYWORDS, ("Translators:",), _LOUD)
        for _line, message, comments, context in found:
            catalog.add(message, auto_comments=comments, context=context)
    return catalog


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the translations, one sentence each; empty when nothing is."""
    return [
        f"{path.relative_to(root)}: {problem}"
        for app in APPS
        for source in [source_catalog(app, root=root)]
        for path in _po_files(app, root)
        for problem in _differences(source, _read(path))
    ]


def extract_all(root: Path = ROOT) -> None:
    """Brings every .po file up to date; translations stay, sentences that are gone go."""
    for app in APPS:
        source = source_catalog(app, root=root)
        for path in _po_files(app, root):
            catalog = _read(path)
            catalog.update(source, no_fuzzy_matching=True)
            path.write_bytes(_po_bytes(catalog))


def compile_all(root: Path = ROOT) -> None:
    """Writes the .mo file beside every .po file."""
    for path in chain.from_iterable(_po_files(app, root) for app in APPS):
        # An interrupted run must not leave half a file that looks compiled.
        unfinished = path.with_suffix(".unfinished.mo")
        with unfinished.open("wb") as file:
            write_mo(file, _read(path))
        unfinished.replace(path.with_suffix(".mo"))


def _sources(app: str, root: Path) -> Iterator[Path]:
    yield from sorted((root / app).rglob("*.py"))
    for path in sorted((root / "templates").rglob("*.*")):
        is_payments = "payments" in path.relative_to(root / "templates").parts[:-1]
        if is_payments == (app == "payments"):
            yield path


def _readable(path: Path, root: Path) -> tuple[Any, str]:
    """How a file is to be read, and what of it."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return "python", content
    if path.is_relative_to(root / "templates" / "jinja"):
        return babel_extract, content
    # Indentation means nothing in a template, and the tokenizer would stumble over it.
    lines = templatize(content, origin=str(path)).splitlines()
    return "python", "\n".join(line.lstrip() for line in lines)


def _po_files(app: str, root: Path) -> list[Path]:
    return sorted((root / app / "locale").glob("*/LC_MESSAGES/django.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _po_bytes(catalog: Catalog) -> bytes:
    header = (
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    body = io.BytesIO()
    write_po(
        body,
        catalog,
        width=100,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    return header.encode() + body.getvalue().strip() + b"\n"


def _differences(source: Catalog, translated: Catalog) -> Iterator[str]:
    wanted = {_key(message) for message in source if message.id}
    present = {_key(message): message for message in translated if message.id}
    for key in sorted(wanted - present.keys(), key=str):
        yield f"missing: {_name(key)}"
    for key in sorted(present.keys() - wanted, key=str):
        yield f"obsolete: {_name(key)}"
    for message in translated.obsolete.values():
        yield f"obsolete: {_name(_key(message))}"
    for key in sorted(present.keys() & wanted, key=str):
        message = present[key]
        if message.fuzzy:
            yield f"fuzzy: {_name(key)}"
        ids, strings = _forms(message.id), _forms(message.string)
        if not all(strings):
            yield f"not translated: {_name(key)}"
        # The first form is the singular one; every other form answers to the plural.
        for index, string in enumerate(strings):
            if string and _placeholders(string) != _placeholders(ids[min(index, len(ids) - 1)]):
                yield f"placeholders differ: {_name(key)}"


def _key(message: Message) -> tuple[tuple[str, ...], str]:
    return _forms(message.id), message.context or ""


def _name(key: tuple[tuple[str, ...], str]) -> str:
    return repr(key[0][0]) + (f" ({key[1]})" if key[1] else "")


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "extract":
        extract_all()
    elif command == "compile":
        compile_all()
    elif command == "check":
        found = problems()
        print("\n".join(found) or "Translations are complete.")
        return 1 if found else 0
    else:
        print("usage: python -m tools.messages extract|check|compile", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
