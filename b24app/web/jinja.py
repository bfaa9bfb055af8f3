"""What every page in a frame can say: words in the reader's language, addresses, its own files.

Knows no page. A room above adds the words of its own pages (payments/jinja.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.formats import localize
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined, pass_environment
from jinja2.bccache import Bucket
from markupsafe import Markup

from b24app.installation.report import texts_of, titles_of
from b24app.spec import app_spec

# A key is what varies in an address, or a language, which may look like one.
_GAP = str(UUID(int=0))
# Where Python keeps what it has compiled: who may write there may change the code anyway.
_KEPT = Path(__file__).parent / "__pycache__"


class KeptBytecode(FileSystemBytecodeCache):
    """Compiled templates for the next start, where they can be kept."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


def environment(**options: Any) -> Environment:
    """The environment that Django's backend asks for, with the backend's own `options`."""
    options |= {
        "undefined": StrictUndefined,
        "extensions": ["jinja2.ext.i18n"],
        "trim_blocks": True,
        "lstrip_blocks": True,
        # All templates stay compiled.
        "cache_size": -1,
        "bytecode_cache": KeptBytecode(str(_KEPT)),
    }
    made = Environment(**options)  # noqa: S701 - the backend's options switch escaping on
    # Values go to these functions by name, which then fill them in, escaped.
    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.globals |= {
        "app": app_spec(),
        "get_language": translation.get_language,
        "get_language_bidi": translation.get_language_bidi,
        "gettext": gettext,
        "ngettext": ngettext,
        "pgettext": pgettext,
        "once": once,
        "static": cache(static),
        "url": url,
    }
    made.filters |= {"check_texts": texts_of, "number": localize, "titles": titles_of}
    return made


def gettext(sentence: str, /, **values: object) -> Markup:
    """The sentence in the active language."""
    return _filled(_said(translation.get_language(), "", sentence), values)


def pgettext(context: str, sentence: str, /, **values: object) -> Markup:
    """The same for a sentence that needs a context to be understood."""
    return _filled(_said(translation.get_language(), context, sentence), values)


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> Markup:
    """The same for a sentence that counts."""
    said = translation.ngettext(singular, plural, number)
    return _filled(Markup(said), values)  # noqa: S704 - our own words


def url(name: str, part: object = "") -> str:
    """The address of a name, made once; the part that varies goes into its gap."""
    return _address(name, _GAP).replace(_GAP, str(part)) if part else _address(name)


@pass_environment
def once(made: Environment, name: str) -> Markup:
    """A fragment that depends on the language alone, rendered once in each."""
    render = _rendered.__wrapped__ if made.auto_reload else _rendered
    return render(made, name, translation.get_language())


@cache
def _address(name: str, *args: str) -> str:
    return reverse(name, args=args)


# A page has dozens of sentences; looking each up anew is a fifth of its time.
@cache
def _said(_language: str | None, context: str, sentence: str) -> Markup:
    said = translation.pgettext(context, sentence) if context else translation.gettext(sentence)
    return Markup(said)  # noqa: S704 - our own words


def _filled(said: Markup, values: Mapping[str, object]) -> Markup:
    return said % values if values else said


@cache
def _rendered(made: Environment, name: str, _language: str | None) -> Markup:
    return Markup(made.get_template(name).render())  # noqa: S704 - a template escapes
