"""What a person reads who sends a link: why there is no number, and whether it was noted."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from b24app.messages.notice import Notice, Table, Tone, Wording, notice_of
from b24app.messages.rest_errors import WORDINGS
from b24app.rest import errors
from b24app.rest.errors import RestError
from payments.commands.links.sending import FoundClients
from payments.types import Payment

_WITHOUT = _("You can send the link all the same: choose the recipient in the app that opens.")
_HIDDEN = Wording(
    _("You may not see the contact data of this client in Bitrix24."), _WITHOUT, tone=Tone.INFO
)
_NOBODY = Wording(_("Nobody is entered in Bitrix24 as the client here."), _WITHOUT, tone=Tone.INFO)
_NO_MEANS = Wording(
    _("The client has no phone number and no e-mail address in Bitrix24."),
    _WITHOUT,
    tone=Tone.INFO,
)
_CLIENTS: Table = {errors.AccessDenied: _HIDDEN, errors.ItemNotFound: _NOBODY}
_BY_HAND = _("Write it into the timeline yourself if it matters.")
_NOTES: Table = {
    RestError: Wording(_("This was not noted in the timeline."), _BY_HAND),
    errors.AccessDenied: Wording(
        _("This was not noted in the timeline, because you may not edit this in Bitrix24."),
        _("The link can be sent all the same."),
    ),
    errors.Unknown: Wording(_("We do not know whether this was noted in the timeline."), _BY_HAND),
}


def about_clients(found: FoundClients, *, is_admin: bool) -> Notice | None:
    """Why nothing, or not everything, of the client is shown; None where all of it is."""
    known = [error for error in found.errors if not isinstance(error, errors.ItemNotFound)]
    if known:
        return no_clients(known[0], is_admin=is_admin)
    if any(client.phones or client.emails for client in found.clients):
        return None
    return (_NO_MEANS if found.clients else _NOBODY).notice()


def no_clients(error: RestError, *, is_admin: bool) -> Notice:
    return notice_of(error, _CLIENTS, WORDINGS, is_admin=is_admin)


def no_country_code() -> str:
    return gettext(
        "There is no country code, and WhatsApp needs one. Enter the whole number below."
    )


def not_reachable() -> str:
    """A text that no message can be sent to."""
    return gettext("This is no phone number or e-mail address that the app understands.")


def paid_already(payment: Payment) -> Notice:
    text = gettext("Payment %(number)s is paid already, so there is nothing to send.")
    return Notice(Tone.INFO, text % {"number": payment.number})


def noted() -> Notice:
    return Notice(Tone.SUCCESS, gettext("Noted in the timeline."))


def not_noted(error: RestError, *, is_admin: bool) -> Notice:
    """What was opened is open all the same."""
    return notice_of(error, _NOTES, is_admin=is_admin)
