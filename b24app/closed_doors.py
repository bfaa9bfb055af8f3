"""What people read when a door stays shut: an untrue launch, an ended session, no storage."""

from __future__ import annotations

from django.utils.translation import gettext

from b24app.notices import Notice, Tone


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


def storage_down() -> Notice:
    return Notice(
        tone=Tone.PROBLEM,
        text=gettext("The app cannot save anything at the moment, so nothing was sent."),
        next_step=gettext("Try again in a minute."),
        can_retry=True,
    )
