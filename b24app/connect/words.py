"""What people read outside the frame when they are not let in, each with the next step."""

from __future__ import annotations

from babel import Locale
from babel.lists import format_list
from django.utils.translation import get_language, gettext, ngettext

from b24app.connect.refusals import (
    Cancelled,
    CodeDead,
    NotAdministrator,
    OtherAddress,
    SignInRefused,
    StateUnknown,
)
from b24app.messages.notice import Notice, Tone
from b24app.protocol.host_names import readable_name


def refusal(error: SignInRefused) -> Notice:
    """The notice for a refusal, in the active language."""
    if isinstance(error, NotAdministrator):
        return _not_administrator(error)
    if isinstance(error, OtherAddress):
        words = {"asked": readable_name(error.asked), "proven": readable_name(error.proven)}
        return _warning(
            gettext("You asked for %(asked)s, but %(proven)s answered.") % words,
            gettext("If your Bitrix24 has a new address, sign in there."),
        )
    if isinstance(error, StateUnknown):
        return _warning(
            gettext("This sign-in was not begun in this browser, was used before, or is too old."),
            gettext("Begin again, and finish within ten minutes."),
        )
    if isinstance(error, Cancelled):
        return _warning(
            gettext("Bitrix24 did not let you through, so you are not signed in."),
            gettext("If you cancelled by mistake, begin again."),
        )
    if isinstance(error, CodeDead):
        return _warning(
            gettext("The way back from Bitrix24 took over half a minute, or was used twice."),
            gettext("Begin again; nothing was changed."),
        )
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("This account cannot be used for signing in through Bitrix24."),
        next_step=gettext("Write to the support of this app."),
    )


def foreign_grant() -> Notice:
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("Bitrix24 signed you in to another portal or another app."),
        next_step=gettext("Begin again with the address of your own Bitrix24."),
    )


def signed_out() -> Notice:
    return _warning(
        gettext("You are not signed in, or your session has ended."),
        gettext("Sign in to go on."),
    )


def form_refused() -> Notice:
    return _warning(
        gettext("The page has been open for too long, or your browser keeps no cookies."),
        gettext("Nothing was changed. Allow cookies for this site, then load the page again."),
    )


def _not_administrator(error: NotAdministrator) -> Notice:
    locale = Locale.parse(get_language() or "en", sep="-")
    names = format_list(error.administrators, locale=locale)
    who = ngettext(
        "An administrator who uses this app: %(names)s.",
        "Administrators who use this app: %(names)s.",
        len(error.administrators),
    )
    return _warning(
        gettext("Only administrators of %(host)s can go on here.")
        % {"host": readable_name(error.host)},
        gettext("Ask an administrator of your Bitrix24 to sign in.")
        + (f" {who % {'names': names}}" if names else ""),
    )


def _warning(text: str, next_step: str) -> Notice:
    return Notice(tone=Tone.WARNING, text=text, next_step=next_step)
