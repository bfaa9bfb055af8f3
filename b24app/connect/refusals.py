"""Why a person outside the frame is not let in, in words for them, each with the next step."""

from __future__ import annotations

from babel import Locale
from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from b24app.messages.notice import Notice, Tone
from b24app.protocol.host_names import readable_name


class SignInRefused(Exception):
    """A sign-in that does not end well; raised as one of the classes below.

    `address` is the host to sign in at instead, if one is known.
    """

    status = 403
    address = ""
    tone = Tone.WARNING
    text: Promise
    next_step: Promise

    def notice(self) -> Notice:
        """The refusal in the active language."""
        return Notice(tone=self.tone, text=str(self.text), next_step=str(self.next_step))


class StateUnknown(SignInRefused):
    """Not started in this browser, used before, or started too long ago."""

    status = 400
    text = gettext_lazy(
        "This sign-in was not begun in this browser, was used before, or is too old."
    )
    next_step = gettext_lazy("Begin again, and finish within ten minutes.")


class Cancelled(SignInRefused):
    """The person, or the portal, did not allow it."""

    text = gettext_lazy("Bitrix24 did not let you through, so you are not signed in.")
    next_step = gettext_lazy("If you cancelled by mistake, begin again.")


class CodeDead(SignInRefused):
    """The code is older than its 30 seconds, or has been used."""

    text = gettext_lazy("The way back from Bitrix24 took over half a minute, or was used twice.")
    next_step = gettext_lazy("Begin again; nothing was changed.")


class OtherAddress(SignInRefused):
    """Another portal answered than the one that was asked for, or the same under a new name."""

    def __init__(self, *, asked: str, proven: str) -> None:
        super().__init__(f"asked {asked}, proven {proven}")
        self.asked = asked
        self.address = proven

    def notice(self) -> Notice:
        words = {"asked": readable_name(self.asked), "proven": readable_name(self.address)}
        return _warning(
            gettext("You asked for %(asked)s, but %(proven)s answered.") % words,
            gettext("If your Bitrix24 has a new address, sign in there."),
        )


class NotForPortals(SignInRefused):
    """The user belongs to an operator, or an operator has locked it."""

    tone = Tone.PROBLEM
    text = gettext_lazy("This account cannot be used for signing in through Bitrix24.")
    next_step = gettext_lazy("Write to the support of this app.")


class NotAdministrator(SignInRefused):
    """Who may: `administrators` are the names that the app knows in the portal at `host`."""

    def __init__(self, *, host: str, administrators: list[str]) -> None:
        super().__init__("not an administrator")
        self.host = host
        self.administrators = administrators

    def notice(self) -> Notice:
        locale = Locale.parse(get_language() or "en", sep="-")
        names = format_list(self.administrators, locale=locale)
        who = ngettext(
            "An administrator who uses this app: %(names)s.",
            "Administrators who use this app: %(names)s.",
            len(self.administrators),
        )
        return _warning(
            gettext("Only administrators of %(host)s can go on here.")
            % {"host": readable_name(self.host)},
            gettext("Ask an administrator of your Bitrix24 to sign in.")
            + (f" {who % {'names': names}}" if names else ""),
        )


def other_portal() -> Notice:
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


def _warning(text: str, next_step: str) -> Notice:
    return Notice(tone=Tone.WARNING, text=text, next_step=next_step)
