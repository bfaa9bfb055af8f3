"""Languages: the platform's own codes and what they are called elsewhere.

Bitrix24 names some languages by country (b24restdocs:
sdk/bx24-js-sdk/additional-functions/bx24-get-lang.md); Django, browsers and babel use ISO codes.
"""

from __future__ import annotations

ISO_CODES = {
    "ar": "ar",
    "br": "pt-br",
    "de": "de",
    "en": "en",
    "fr": "fr",
    "id": "id",
    "in": "hi",
    "it": "it",
    "ja": "ja",
    "kz": "kk",
    "la": "es",
    "ms": "ms",
    "pl": "pl",
    "ru": "ru",
    "sc": "zh-hans",
    "tc": "zh-hant",
    "th": "th",
    "tr": "tr",
    "ua": "uk",
    "vn": "vi",
}


def iso_code(platform_code: str) -> str:
    """The ISO code of a platform language code; English for anything unknown."""
    return ISO_CODES.get(platform_code.strip().lower(), "en")
