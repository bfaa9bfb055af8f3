"""What the installer's report says to an administrator: a line for each check.

Knows the subjects of findings and their sentences, not how anything was checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from b24app.installation.check import Finding
from b24app.installation.install import Report
from b24app.messages.notice import support_details


@dataclass(frozen=True)
class Line:
    """One check as it is shown: what it is, and, unless it went well, the loss and the remedy.

    `title` alone is set for a check that went well. `is_good` is None where nobody knows, with the
    way to know it as `next_step`. `details` is for support: code, HTTP status, UTC time. `result`
    is the word for what is wrong, where nothing is missing.
    """

    title: str
    is_good: bool | None
    is_required: bool
    text: str = ""
    next_step: str = ""
    details: str = ""
    result: str = ""


@dataclass(frozen=True)
class _Words:
    title: str | Promise
    text: str | Promise
    next_step: str | Promise
    result: str | Promise = ""


_CONFIRM = _("Update or reinstall the app in the Market and confirm its permissions.")
_INSTALL_AGAIN = _("Install the app again; if that does not help, send the details to its support.")
_WITH_CRM = _("This can be checked once the app may use the CRM.")
_LATER = _("Nothing is known to be missing. Load the page again in a few minutes.")
_WORDS = {
    "crm": _Words(
        _("Permission: CRM"),
        _("The app may not use the CRM, so it cannot see deals or their payments."),
        _CONFIRM,
    ),
    "placement": _Words(
        _("Permission: tabs in cards"),
        _("The app may not show itself in the cards of the CRM."),
        _CONFIRM,
    ),
    "pay_system": _Words(
        _("Permission: payment systems"),
        _("The app cannot read the list of your payment systems."),
        _CONFIRM,
    ),
    "salescenter": _Words(
        _("Permission: payment links"),
        _("The app cannot get links with which customers pay."),
        _CONFIRM,
    ),
    "crm.item.payment.add": _Words(
        _("Payments from apps"),
        _("Your Bitrix24 is too old for payments from apps, or payments are not switched on."),
        _("Update Bitrix24, check that the online store is installed, then install the app again."),
    ),
    "CRM_DEAL_DETAIL_TAB": _Words(
        _("Payments tab in deals"),
        _("The tab could not be added to deals."),
        _INSTALL_AGAIN,
    ),
    "CRM_SMART_INVOICE_DETAIL_TAB": _Words(
        _("Payments tab in invoices"),
        _("The tab could not be added to invoices; deals are not affected."),
        _("If you use invoices, update Bitrix24 and install the app again."),
    ),
    "CRM_DEAL_LIST_MENU": _Words(
        _("Add payment in the list of deals"),
        _("The entry could not be added to the list; the tab in deals is not affected."),
        _INSTALL_AGAIN,
    ),
    "CRM_DEAL_DETAIL_TOOLBAR": _Words(
        _("Add payment at the top of deals"),
        _("The entry could not be added; the tab in deals is not affected."),
        _INSTALL_AGAIN,
    ),
    "events": _Words(
        _("Messages from Bitrix24"),
        _("Bitrix24 will not tell the app when it is updated or removed."),
        _INSTALL_AGAIN,
    ),
    "strays": _Words(
        _("Other tabs and menus"),
        _("A tab or an entry of this app that belongs nowhere any more could not be taken away."),
        _INSTALL_AGAIN,
        result=_("not as they should be"),
    ),
}


def lines_of(report: Report) -> list[Line]:
    """The report's lines in the active language, those that need attention first."""
    return sorted((_line(finding) for finding in report.findings), key=_attention)


def titles_of(subjects: Iterable[str]) -> list[str]:
    """What findings are about, in the active language; a subject of former days is left out."""
    return [str(_WORDS[subject].title) for subject in subjects if subject in _WORDS]


def _line(finding: Finding) -> Line:
    words, error = _WORDS[finding.subject], finding.error
    text, next_step = "", ""
    if finding.is_good is False:
        text, next_step = str(words.text), str(words.next_step)
    elif finding.is_good is None:
        next_step = str(_LATER if error else _WITH_CRM)
    return Line(
        title=str(words.title),
        is_good=finding.is_good,
        is_required=finding.is_required,
        text=text,
        next_step=next_step,
        details=support_details(code=error.code, status=error.status) if error else "",
        result=str(words.result),
    )


def _attention(line: Line) -> tuple[int, bool]:
    return (False, None, True).index(line.is_good), not line.is_required
