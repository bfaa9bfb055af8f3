"""The translations are complete, and the check that says so would notice if they were not."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import to_locale
from jinja2 import TemplateSyntaxError

from b24app.protocol.languages import ISO_CODES
from tools import messages

pytestmark = pytest.mark.pure

SOURCE = 'from django.utils.translation import gettext as _\n_("Hello %(name)s")\n'
TEMPLATE = '{% load i18n %}\n    <p title="it\'s">{% translate "Good bye" %}</p>\n'
JINJA = (
    "{% if n %}\n{# Translators: at the end of a day #}\n"
    '<p title="{{ gettext("Good night") }}">{{ pgettext("tea", "Strong") }}</p>\n{% endif %}\n'
    "{% trans n=n %}{{ n }} invoice{% pluralize %}{{ n }} invoices{% endtrans %}\n"
)
COUNTED = (
    "{% blocktranslate count n=n %}{{ n }} deal{% plural %}{{ n }} deals{% endblocktranslate %}"
)


def test_every_sentence_is_translated() -> None:
    assert messages.problems() == []


@pytest.mark.parametrize("app", messages.APPS)
def test_every_language_of_the_platform_has_its_sentences(app: str) -> None:
    found = {path.name for path in (messages.ROOT / app / "locale").iterdir()}
    assert found == {to_locale(code) for code in ISO_CODES.values()} - {"en"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one sentence of each kind, with an empty German file."""
    (tmp_path / "b24app" / "locale" / "de" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "templates" / "b24app").mkdir(parents=True)
    (tmp_path / "templates" / "jinja" / "b24app").mkdir(parents=True)
    (tmp_path / "b24app" / "words.py").write_text(SOURCE)
    (tmp_path / "templates" / "b24app" / "page.html").write_text(TEMPLATE + COUNTED)
    frame(tmp_path).write_text(JINJA)
    german(tmp_path).write_text("")
    messages.extract_all(tmp_path)
    return tmp_path


def frame(project: Path) -> Path:
    return project / "templates" / "jinja" / "b24app" / "frame.html"


def german(project: Path) -> Path:
    return project / "b24app" / "locale" / "de" / "LC_MESSAGES" / "django.po"


def translate(project: Path, english: str, translated: str) -> None:
    po = german(project)
    entry = f'msgid "{english}"\nmsgstr ""'
    assert entry in po.read_text()
    po.write_text(po.read_text().replace(entry, f'msgid "{english}"\nmsgstr "{translated}"'))


def test_extract_finds_code_and_templates(project: Path) -> None:
    sentences = ("%(n)s deal", "%(n)s invoice", "Good bye", "Good night", "Hello %(name)s")
    assert messages.problems(project) == [
        f"b24app/locale/de/LC_MESSAGES/django.po: not translated: {name}"
        for name in (*map(repr, sentences), "'Strong' (tea)")
    ]
    words = german(project).read_text()
    assert '#. at the end of a day\nmsgid "Good night"' in words
    assert 'msgctxt "tea"\nmsgid "Strong"' in words
    assert 'msgid "%(n)s invoice"\nmsgid_plural "%(n)s invoices"' in words


def test_a_template_that_cannot_be_read_is_not_passed_over(project: Path) -> None:
    frame(project).write_text(JINJA.replace("{% endif %}", ""))
    with pytest.raises(TemplateSyntaxError):
        messages.extract_all(project)


def test_extract_keeps_translations_and_changes_nothing_twice(project: Path) -> None:
    translate(project, "Good bye", "Auf Wiedersehen")
    before = german(project).read_text()
    messages.extract_all(project)
    assert german(project).read_text() == before


def test_the_check_names_other_placeholders(project: Path) -> None:
    translate(project, "Hello %(name)s", "Hallo %(nmae)s")
    assert any(
        "placeholders differ: 'Hello %(name)s'" in line for line in messages.problems(project)
    )


def test_the_check_names_what_is_gone_and_what_is_new(project: Path) -> None:
    (project / "b24app" / "words.py").write_text(SOURCE.replace("Hello", "Welcome"))
    found = " ".join(messages.problems(project))
    assert "missing: 'Welcome %(name)s'" in found
    assert "obsolete: 'Hello %(name)s'" in found


def test_the_check_names_a_fuzzy_entry(project: Path) -> None:
    po = german(project)
    po.write_text(po.read_text().replace('msgid "Good bye"', '#, fuzzy\nmsgid "Good bye"'))
    assert any("fuzzy: 'Good bye'" in line for line in messages.problems(project))


def test_compile_makes_what_gettext_reads(project: Path) -> None:
    translate(project, "Good bye", "Auf Wiedersehen")
    messages.compile_all(project)
    assert [path.name for path in german(project).parent.glob("*.mo")] == ["django.mo"]
    assert b"Auf Wiedersehen" in german(project).with_suffix(".mo").read_bytes()
