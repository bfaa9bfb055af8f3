"""A portal's free words about an error, cut short and without what may be a person, name or key.

Pure. The words are for Bitrix24's support; what counts is the code beside them. Rather too much is
taken away than too little: quotations, addresses, long numbers, long runs, words that stand next to
each other with a capital letter each, and every word that the same call carries as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from b24app.telemetry.logs import redact

CUT = "…"
LONGEST = 160
_READ = 400
_PRIVATE = re.compile(
    r"""
      <[^>]*(?:>|$)                                     # markup
    | \S*@\S*                                           # mail
    | (?:[a-z]{2,8}:)?//\S* | \bwww\.\S*                # the web
    | «[^»]*(?:»|$) | „[^“”]*(?:[“”]|$) | “[^”]*(?:”|$) # quotations
    | "[^"]*(?:"|$) | `[^`]*(?:`|$) | (?<!\w)'[^']*(?:'(?!\w)|$)
    | (?<!\w)\u2018[^\u2019]*(?:\u2019(?!\w)|$)
    | \+?[0-9][0-9\s()./-]{6,}                          # a phone, or as good as one
    | [A-Za-z0-9_~+/=%-]{28,}                           # a token
    | \b(?:key|login|passw\w*|secret|token)\b\s*[=:]\s*\S*
    | (?=[A-Za-z_.~+/=%-]*[0-9])[A-Za-z0-9_.~+/=%-]{20,}
    """,
    re.VERBOSE,
)
_AROUND_A_WORD = "…,.;:!?()[]{}#*-"


def scrubbed(text: str, *, words: Iterable[str] = ()) -> str:
    """`text` as it may be kept; `words` are data of the same call and go as well."""
    shown = text[:_READ]
    if len(text) > _READ:
        # Half a word might be half a token, too short to be known as one.
        shown = shown.rpartition(" ")[0]
    shown = "".join(each if each.isprintable() else " " for each in shown)
    for word in sorted(words, key=len, reverse=True):
        if word in shown:
            shown = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", CUT, shown)
    shown = redact(_PRIVATE.sub(CUT, shown))
    shown = " ".join(_without_names(shown.split()))
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST].rstrip()}{CUT}"


def _without_names(words: list[str]) -> list[str]:
    """Without words that may be a person's: two or more in a row with a capital letter."""
    proper = [False, *map(_is_proper, words), False]
    return [
        CUT if proper[at] and (proper[at - 1] or proper[at + 1]) else word
        for at, word in enumerate(words, start=1)
    ]


def _is_proper(word: str) -> bool:
    bare = word.strip(_AROUND_A_WORD)
    is_initial = len(bare) == 1 and bare.isupper() and word.endswith(".")
    return is_initial or (bare[:1].isupper() and any(each.islower() for each in bare))
