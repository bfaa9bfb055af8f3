"""Whose trouble an error is: the whole portal's, one person's, or nobody's for long.

What hits one person (a dead token, no access for them, an invitation not accepted) never closes the
portal for the others; what is the portal's (plan, payment, removal, a permission nothing works
without) is noted on its row. A refusal that may be either is noted nowhere.
Callers pass errors of proven tokens alone: a stranger's token can earn any refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.db import DatabaseError

from b24app.models import Portal
from b24app.portals.registry import block_portal, release_installer, unblock_portal
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import (
    AppNotForUser,
    AppUnpaid,
    Gone,
    LicenceMissing,
    Overloaded,
    RestError,
    RestNotInPlan,
    ScopeMissing,
    UserInactive,
    UserNotAuthorized,
)
from b24app.spec import app_spec, scope_of

log = logging.getLogger(__name__)
_OF_THE_PORTAL = (AppUnpaid, Gone, Overloaded, RestNotInPlan)
_OF_THE_PERSON = (AppNotForUser, UserInactive, UserNotAuthorized)


def is_of_the_portal(error: RestError, *, method: str) -> bool:
    """Whether everybody in the portal meets this error, until an administrator acts.

    A plan may lack one function, and an app one permission, without the rest being touched.
    """
    if isinstance(error, ScopeMissing):
        return scope_of(method) in app_spec().required_scopes
    if isinstance(error, LicenceMissing):
        return method == "batch"
    return isinstance(error, _OF_THE_PORTAL)


def note_error(portal: Portal, user_id: int, error: RestError, *, method: str) -> None:
    """Remember what an error of this user's own token says; never changes the call's outcome."""
    try:
        if is_of_the_portal(error, method=method):
            block_portal(portal, error)
        elif isinstance(error, _OF_THE_PERSON):
            release_installer(portal, user_id)
    except DatabaseError:
        log.exception("trouble not noted")


def note_answers(portal: Portal, commands: Mapping[str, Command], answer: BatchAnswer) -> None:
    """What a proven launch's reads say about the portal: a trouble, or that one is over."""
    methods = {key: commands[key].method for key in commands}
    errors = [(methods[key], error) for key, error in answer.errors.items() if key in methods]
    found = next((e for method, e in errors if is_of_the_portal(e, method=method)), None)
    if found is not None:
        block_portal(portal, found)
    elif portal.state == Portal.State.BLOCKED:
        # A placement that opened shows that they may be used.
        read = {scope_of(methods[key]) for key in answer.results if key in methods} | {"placement"}
        if portal.trouble != ScopeMissing.kind or app_spec().required_scopes <= read:
            unblock_portal(portal)
