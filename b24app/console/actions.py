"""What an operator can do to a portal, and what comes of it in words.

An action asks the portal with the installer's stored tokens and never raises: a refusal of the
portal is an answer like the others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from b24app.console.parts import OperatorAction, Told, parts
from b24app.installation.install import Report, Verdict, install, installer_reads_with_version
from b24app.installation.report import texts_of
from b24app.messages.notice import Table, Wording, notice_of
from b24app.messages.rest_errors import WORDINGS
from b24app.models import Portal
from b24app.portals.actors import SessionEnded, actor_of
from b24app.rest import errors
from b24app.rest.errors import RestError

Run = Callable[[Portal], Told]
_DEAD = Wording(
    "The stored tokens of the installer are dead, or do not open with today's TOKEN_KEYS.",
    "An administrator of this Bitrix24 has to open the app once.",
)
# What is worded for somebody in a frame, said to an operator.
_TOKEN_WORDINGS: Table = {
    errors.GrantDead: _DEAD,
    errors.TokenExpired: _DEAD,
    errors.TokenInvalid: _DEAD,
}
_VERDICTS = {
    Verdict.READY: "Everything is granted and bound.",
    Verdict.LIMITED: "Bound, but not all of the app can work.",
    Verdict.OPEN: "The portal could not be asked about everything just now: try again in minutes.",
    Verdict.IMPOSSIBLE: "Nothing was completed: the app cannot work in this Bitrix24 yet.",
    Verdict.NOT_ADMIN: (
        "Nothing was bound: the installer is no administrator. An administrator of this Bitrix24"
        " has to open the app once."
    ),
}


def telling(run: Run) -> Run:
    """An action with its failures in words."""

    @wraps(run)
    def told(portal: Portal) -> Told:
        try:
            return run(portal)
        except RestError as error:
            return Told(explained(error), is_good=False)
        except SessionEnded:
            return Told(
                "Nothing was asked: the app is not in use in this portal, or its installer is not"
                " known. An administrator of this Bitrix24 has to open the app.",
                is_good=False,
            )

    return told


def explained(error: RestError) -> str:
    """A portal's refusal in one paragraph."""
    notice = notice_of(error, _TOKEN_WORDINGS, WORDINGS, is_admin=True)
    quote = f"Bitrix24 says: “{notice.quote}”" if notice.quote else ""
    steps = [notice.text, quote, notice.next_step, notice.admin_step, f"({notice.details})"]
    return " ".join(step for step in steps if step)


@telling
def bind(portal: Portal) -> Told:
    """Check and bind again, as the installer."""
    actor = actor_of(portal.pk, portal.installer_id or 0)
    return _reported(install(actor, actor.ask(installer_reads_with_version())))


@telling
def refresh(portal: Portal) -> Told:
    """Renew the installer's pair at the OAuth server."""
    actor_of(portal.pk, portal.installer_id or 0).renew()
    return Told("The tokens of the installer were renewed.", is_good=True)


def actions() -> tuple[OperatorAction, ...]:
    """All actions without a confirmation, those of other rooms too."""
    return (
        OperatorAction("bind", "Bind again", "Checks grants and binds what is missing.", bind),
        OperatorAction("refresh", "Refresh now", "Renews the installer's tokens.", refresh),
        *(action for part in parts() for action in part.actions),
    )


def _reported(report: Report) -> Told:
    bad = [each for each in texts_of(report) if not each.is_good]
    told = [f"{each.title}: {each.text} {each.next_step} {each.details}".strip() for each in bad]
    text = " ".join([_VERDICTS[report.verdict], *told])
    return Told(text, is_good=report.verdict is Verdict.READY)
