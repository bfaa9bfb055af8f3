"""What the installer's report says to an administrator: a text for each check.

Knows the sentences of what every app has; those of its own needs the app brings (b24app/spec.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from b24app.installation.check import Check
from b24app.installation.install import Report
from b24app.messages.notice import support_details
from b24app.spec import Words, app_spec


@dataclass(frozen=True)
class CheckText:
    """One check as it is shown: what it is, and, unless it went well, the loss and the remedy.

    `title` alone is set for a check that went well. `is_good` is None where nobody knows, with the
    way to know it as `next_step`. `details` is for support: code, HTTP status, UTC time. `result`
    is the word for what is wrong, where nothing is missing. `is_absent`: the portal has no place
    for it, which is said and asks for nothing.
    """

    title: str
    is_good: bool | None
    is_required: bool
    text: str = ""
    next_step: str = ""
    details: str = ""
    result: str = ""
    is_absent: bool = False


_INSTALL_AGAIN = _("Install the app again; if that does not help, send the details to its support.")
_WITH_CRM = _("This can be checked once the app may use the CRM.")
_NO_PLACE = _("This Bitrix24 has no such place for apps. Everything else works.")
_LATER = _("Nothing is known to be missing. Load the page again in a few minutes.")
_OF_ANY_APP = {
    "events": Words(
        _("Messages from Bitrix24"),
        _("Bitrix24 will not tell the app when it is updated or removed."),
        _INSTALL_AGAIN,
    ),
    "strays": Words(
        _("Other tabs and menus"),
        _("A tab or an entry of this app that belongs nowhere any more could not be taken away."),
        _INSTALL_AGAIN,
        result=_("not as they should be"),
    ),
}


def texts_of(report: Report) -> list[CheckText]:
    """The texts of a report in the active language, those that need attention first."""
    return sorted((_text_of(check) for check in report.checks), key=_attention)


def titles_of(subjects: Iterable[str]) -> list[str]:
    """What checks are about, in the active language; a subject of former days is left out."""
    words = _words()
    return [str(words[subject].title) for subject in subjects if subject in words]


def _words() -> Mapping[str, Words]:
    return {**app_spec().words, **_OF_ANY_APP}


def _text_of(check: Check) -> CheckText:
    words, error = _words()[check.subject], check.error
    text, next_step = "", ""
    if check.is_bad:
        text, next_step = str(words.loss), str(words.next_step)
    elif check.is_absent:
        text = str(_NO_PLACE)
    elif check.is_good is None:
        next_step = str(_LATER if error else _WITH_CRM)
    return CheckText(
        title=str(words.title),
        is_good=check.is_good,
        is_required=check.is_required,
        text=text,
        next_step=next_step,
        details=support_details(code=error.code, status=error.status) if error else "",
        result=str(words.result),
        is_absent=check.is_absent,
    )


def _attention(text: CheckText) -> tuple[int, bool]:
    return (False, None, True).index(text.is_good), not text.is_required
