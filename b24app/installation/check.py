"""What a check of a portal found: good, bad, or not known, because the portal did not say."""

from __future__ import annotations

from dataclasses import dataclass

from b24app.rest.errors import RestError


@dataclass(frozen=True)
class Check:
    """One check: the thing looked at, and how it went.

    `is_good` is None where the portal did not answer; without an `error` it waits for another
    check, which is bad. `is_absent`: the portal has no place for it, which is no fault and good.
    """

    subject: str
    is_good: bool | None
    is_required: bool
    error: RestError | None = None
    is_absent: bool = False

    @property
    def is_bad(self) -> bool:
        return self.is_good is False
