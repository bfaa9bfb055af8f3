"""The health of a portal's connection, as its administrator needs to know it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.utils import timezone

from b24app.installation.bindings import absent_places, is_bound
from b24app.installation.check import Check
from b24app.installation.install import MENDED, check_needs, scopes_in
from b24app.messages.notice import Notice
from b24app.messages.rest_errors import explain
from b24app.models import Portal, PortalUser, RestCall
from b24app.rest.client import BatchAnswer
from b24app.rest.codes import from_answer, from_record
from b24app.rest.errors import RestError, UnlistedCode
from b24app.spec import app_spec

# A token that has run out is renewed on the spot: nobody noticed.
_UNNOTICED = ("", "expired_token")


@dataclass(frozen=True)
class Health:
    """What is granted, what is bound, whose tokens stand in the background, what went wrong last.

    `is_bound` is None where the portal did not say it. `mended` are the subjects that the app put
    right last. `trouble` is what closes the portal for everybody, in words, and `trouble_at` since
    when.
    `knows_scopes` unless the portal has granted or withdrawn some since the installation;
    `last_error` in words, with its time.
    """

    checks: tuple[Check, ...]
    is_bound: bool | None
    knows_scopes: bool
    installer: PortalUser | None
    trouble: Notice | None
    trouble_at: datetime | None
    last_error: Notice | None
    last_error_at: datetime | None
    mended: tuple[str, ...] = ()
    mended_at: datetime | None = None

    @property
    def access_days(self) -> int | None:
        """The age of the installer's tokens, or None where it is not known."""
        at = self.installer.renewed_at if self.installer else None
        return (timezone.now() - at).days if at else None

    @property
    def needs_repair(self) -> bool:
        """Whether anything is not as it should be, be it for Repair or for the administrator."""
        is_bad = any(check.is_bad for check in self.checks)
        return bool(self.trouble) or self.is_bound is False or not self.knows_scopes or is_bad

    @property
    def is_known(self) -> bool:
        """Whether the portal has answered everything; what it did not is neither good nor bad."""
        return self.is_bound is not None and all(f.is_good is not None for f in self.checks)


def health_of(portal: Portal, answer: BatchAnswer) -> Health:
    """The health by an administrator's answers to the installer's reads; raises RestError."""
    users = PortalUser.objects.filter(portal=portal)
    calls = RestCall.objects.filter(portal=portal).exclude(method__in=app_spec().told_apart)
    failed = failed_calls(calls).first()
    mended = portal.notes.get(MENDED) or {}
    return Health(
        checks=(*check_needs(answer), *absent_places(portal)),
        is_bound=is_bound(portal, answer),
        knows_scopes=set(portal.scopes) == set(scopes_in(answer)),
        installer=users.filter(user_id=portal.installer_id or 0).first(),
        trouble=trouble_of(portal),
        trouble_at=portal.trouble_at,
        last_error=told_of(failed) if failed else None,
        last_error_at=failed.at if failed else None,
        mended=tuple(mended.get("subjects", ())),
        mended_at=datetime.fromtimestamp(mended["at"], UTC) if mended else None,
    )


def failed_calls(calls: QuerySet[RestCall]) -> QuerySet[RestCall]:
    """Those that somebody noticed, the latest first."""
    return calls.exclude(error__in=_UNNOTICED).order_by("-at")


def trouble_of(portal: Portal) -> Notice | None:
    """What closed a portal, in words."""
    if not portal.trouble:
        return None
    error = from_record(kind=portal.trouble, code="", text="", status=None)
    return replace(explain(error, is_admin=True), details="")


def told_of(call: RestCall) -> Notice:
    """The notice for a call of the journal; its details belong to the time of the call."""
    parts = [call.method, f"HTTP {call.status}" if call.status else "", call.error]
    details = " · ".join(part for part in parts if part)
    return replace(explain(_error_of(call), is_admin=True), details=details)


def _error_of(call: RestCall) -> RestError:
    """The journal has the portal's code or, where no answer came, the name of the error."""
    named = from_record(kind=call.error, code="", text="", status=call.status)
    if not isinstance(named, UnlistedCode):
        return named
    return from_answer(method=call.method, code=call.error, text="", status=call.status)
