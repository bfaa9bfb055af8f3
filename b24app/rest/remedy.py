"""What can be done about an error: when the same call may be sent again, and who can help."""

from __future__ import annotations

from enum import Enum


class Retry(Enum):
    """When the same call may be sent again without a person asking for it."""

    NEVER = "never"
    REFRESHED = "after a refresh of the token, once"
    BACKOFF = "after a growing pause"
    REROUTED = "at the portal's proven new address, once"
    SINGLY = "as a call of its own, outside the batch"


class Audience(Enum):
    """Who can do something about it."""

    SALESPERSON = "salesperson"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
