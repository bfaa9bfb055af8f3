"""Why a deal's own fields could not be made, or written: sentences for the person who can help."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from b24app.messages.notice import Notice, Table, Tone, Wording, notice_of
from b24app.messages.rest_errors import WORDINGS
from b24app.rest import errors
from b24app.rest.errors import RestError
from payments.errors import FieldHidden, FieldNotKept, FieldTaken

_NOT_FOR_YOU = Wording(
    _("Bitrix24 lets only people who may change the settings of the CRM make fields."),
    _("Ask one of them to open this page and switch it on."),
)
_MAKING: Table = {
    errors.MethodRefused: _NOT_FOR_YOU,
    errors.AccessDenied: _NOT_FOR_YOU,
    FieldTaken: Wording(
        _("A field that has the name of one of these exists already and is of another kind:"),
        _("Delete it in the settings of the CRM, then switch on again."),
        is_quoting=True,
    ),
    errors.PortalFailed: Wording(
        _("Bitrix24 could not add a field; perhaps it has as many as it can hold."),
        _("Delete fields that nobody needs in the settings of the CRM, then switch on again."),
    ),
}
_PAYMENTS_STAND = _("The payments themselves are not affected.")
_REFUSED = Wording(
    _("Bitrix24 refused to save the deal:"),
    _("Perhaps a mandatory field of the deal is empty: fill it in."),
    is_quoting=True,
    wordless=_("Bitrix24 refused to save the deal without giving a reason."),
)
_WRITING: Table = {
    errors.Refused: _REFUSED,
    errors.OurFault: _REFUSED,
    errors.UnlistedCode: _REFUSED,
    errors.AccessDenied: Wording(
        _("Whoever looked at the deal may not change it."),
        _("The next person who may change it and opens its Payments tab puts it right."),
    ),
    FieldHidden: Wording(
        _("The role of whoever worked on the deal does not see all of these fields."),
        _("Show them to this role in the access permissions of the CRM."),
    ),
    FieldNotKept: Wording(
        _("Bitrix24 keeps something else in a field than what was written into it."),
        _("Press Set up again."),
    ),
}
_UNWRITTEN = _("The payment fields of this deal could not be brought up to date.")


def not_made(error: RestError) -> Notice:
    """Why the fields are not there, for the administrator who wants them."""
    return notice_of(error, _MAKING, WORDINGS, is_admin=True)


def not_written(error: RestError) -> Notice:
    """Why a deal was not written, for an administrator."""
    return notice_of(error, _WRITING, WORDINGS, is_admin=True)


def unwritten(error: RestError) -> Notice:
    """The same for the person whose click or look it was; the payments are what they should be."""
    told = not_written(error)
    text = f"{_UNWRITTEN} {told.text}"
    return Notice(Tone.WARNING, text, next_step=str(_PAYMENTS_STAND), quote=told.quote)
