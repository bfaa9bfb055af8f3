"""What people read instead of a page: an untrue launch, an ended session, our own failure."""

from __future__ import annotations

from django.utils.translation import gettext

from b24app.messages.notice import Notice, Tone


def launch_refused() -> Notice:
    return _closed(gettext("This page could not be matched to your Bitrix24."))


def session_over() -> Notice:
    text = gettext("This tab has been open for too long, or the app was installed anew.")
    step = gettext("Reload the page in Bitrix24. Nothing was sent.")
    return Notice(Tone.WARNING, text, step, needs_reload=True)


def unreadable() -> Notice:
    text = gettext("The app could not read what this page sent, so nothing was done.")
    step = gettext("Load the page again. If it stays like this, send less at once.")
    return Notice(Tone.PROBLEM, text, step, can_retry=True)


def not_allowed() -> Notice:
    return _closed(gettext("You may not open this page."))


def not_found() -> Notice:
    return _closed(gettext("There is nothing at this address."))


def broken() -> Notice:
    """A click may have been carried out before; the same one is never carried out twice."""
    text = gettext("Something went wrong in the app itself. It was written down for repair.")
    step = gettext(
        "Try again: the same click is never carried out twice. If it goes wrong again, write"
        " to the support of this app."
    )
    return Notice(Tone.PROBLEM, text, step, can_retry=True)


def storage_down() -> Notice:
    text = gettext("The app cannot save anything at the moment, so nothing was sent.")
    return Notice(Tone.PROBLEM, text, gettext("Try again in a minute."), can_retry=True)


def _closed(text: str) -> Notice:
    step = gettext("Close it and open the app from Bitrix24 again.")
    return Notice(Tone.PROBLEM, text, step)
