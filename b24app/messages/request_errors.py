"""What people read when a door stays shut: an untrue launch, an ended session, our own failure."""

from __future__ import annotations

from django.utils.translation import gettext

from b24app.messages.notice import Notice, Tone


def launch_refused() -> Notice:
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("This page could not be matched to your Bitrix24."),
        next_step=gettext("Close it and open the app from Bitrix24 again."),
    )


def session_over() -> Notice:
    return Notice(
        tone=Tone.WARNING,
        text=gettext("This tab has been open for too long, or the app was installed anew."),
        next_step=gettext("Reload the page in Bitrix24. Nothing was sent."),
    )


def unreadable() -> Notice:
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("The app could not read what this page sent, so nothing was done."),
        next_step=gettext("Load the page again. If it stays like this, send less at once."),
        can_retry=True,
    )


def not_allowed() -> Notice:
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("You may not open this page."),
        next_step=gettext("Close it and open the app from Bitrix24 again."),
    )


def not_found() -> Notice:
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("There is nothing at this address."),
        next_step=gettext("Close it and open the app from Bitrix24 again."),
    )


def broken() -> Notice:
    """A click may have been carried out before; the same one is never carried out twice."""
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("Something went wrong in the app itself. It was written down for repair."),
        next_step=gettext(
            "Try again: the same click is never carried out twice. If it goes wrong again, write"
            " to the support of this app."
        ),
        can_retry=True,
    )


def storage_down() -> Notice:
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("The app cannot save anything at the moment, so nothing was sent."),
        next_step=gettext("Try again in a minute."),
        can_retry=True,
    )
