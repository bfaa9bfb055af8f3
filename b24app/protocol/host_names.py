"""Host names in any script: into the ASCII that the network knows, and back for people to read.

Pure. The place where a name is judged safe to show in its own letters: a browser's rules for its
address bar (Unicode Technical Standard 39, section 5), made stricter where that is simpler.
"""

from __future__ import annotations

import unicodedata

import idna

_LONGEST = 253
_PREFIX = "xn--"
# Scripts that one language writes together, each with Latin letters too.
_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)
_NAMES_OF_SCRIPTS = {"IDEOGRAPHIC": "CJK", "KATAKANA-HIRAGANA": "KATAKANA"}
# Letters that look like Latin ones: a word of nothing else pretends to be another word.
_LOOK_ALIKES = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ" + "αγικνορτυωηχ")


def ascii_name(name: str) -> str:
    """`name` as the domain name system has it (IDNA 2008); raises ValueError.

    Nothing is checked of a name that is ASCII already.
    """
    if name.isascii():
        return name
    if len(name) > _LONGEST:
        raise ValueError("too long for a name")
    try:
        return idna.encode(name, uts46=True).decode().lower()
    except idna.IDNAError as error:
        raise ValueError("not a name in any script") from error


def readable_name(name: str) -> str:
    """`name` in its own letters where those can be taken for no others, else as it is.

    A port stays where it was.
    """
    if _PREFIX not in name:
        return name
    host, colon, port = name.partition(":")
    labels = host.split(".")
    is_ascii_top = not labels[-1].startswith(_PREFIX)
    try:
        words = [_word(label, is_ascii_top=is_ascii_top) for label in labels]
    except ValueError:
        return name
    return ".".join(words) + colon + port


def _word(label: str, *, is_ascii_top: bool) -> str:
    """A label in its own letters; raises ValueError where they could be taken for others."""
    if not label.startswith(_PREFIX):
        return label
    word = idna.decode(label)
    if idna.encode(word).decode() != label or not _is_safe(word, is_ascii_top=is_ascii_top):
        raise ValueError("not to be shown")
    return word


def _is_safe(word: str, *, is_ascii_top: bool) -> bool:
    """Whether a word is of one script, or of one language's, and none that mimics Latin."""
    letters = [letter for letter in word if not (letter.isascii() and not letter.isalpha())]
    scripts = {_script(letter) for letter in letters}
    if "" in scripts or not (len(scripts) == 1 or any(scripts <= each for each in _TOGETHER)):
        return False
    return not (is_ascii_top and _LOOK_ALIKES.issuperset(letters))


def _script(letter: str) -> str:
    """The first word of a letter's name tells its script; a mark or a sign has none."""
    if unicodedata.category(letter)[0] not in "LMN":
        return ""
    first = unicodedata.name(letter, "").partition(" ")[0]
    if first in {"COMBINING", "MODIFIER"}:
        return ""
    return _NAMES_OF_SCRIPTS.get(first, first)
