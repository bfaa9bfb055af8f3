"""What a Market listing links to: the licence agreement and the privacy policy, outside the frame.

Long texts stand in a template for each language, not in the catalogues; who reads another language
gets English.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from b24app.spec import app_spec


@require_safe
def licence(request: HttpRequest, language: str = "") -> HttpResponse:
    return _page(request, "licence", language)


@require_safe
def privacy(request: HttpRequest, language: str = "") -> HttpResponse:
    return _page(request, "privacy", language)


def _page(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """The text in the asked language, else in the browser's, else in English."""
    spec, spoken = app_spec(), language or translation.get_language() or ""
    written = spoken if spoken in spec.legal_languages else spec.legal_languages[0]
    context = {
        "page": name,
        "others": [code for code in spec.legal_languages if code != written],
        "operator": settings.OPERATOR_NAME,
        "email": settings.OPERATOR_EMAIL,
    }
    with translation.override(written):
        return render(request, f"{spec.legal}/{name}_{written}.html", context)
