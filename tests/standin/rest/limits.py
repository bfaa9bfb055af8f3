"""The two limits of the cloud: the leaky bucket of requests and the operating time of methods.

Both are off until a portal's switch turns them on (b24restdocs: limits.md).
"""

from __future__ import annotations

from tests.standin.rest.errors import system_error
from tests.standin.world import Portal

MINUTE = 60
BUCKETS = 10
UNCOUNTED_SECONDS = 0.1
DEFAULT_DRAIN, DEFAULT_BURST = 2.0, 50.0


def pour(portal: Portal, now: float) -> None:
    """Count one HTTP request. Raises QUERY_LIMIT_EXCEEDED when the bucket runs over."""
    setting = portal.switches.bucket
    if not setting:
        return
    values = setting if isinstance(setting, dict) else {}
    level, since = portal.bucket
    level = max(0.0, level - (now - since) * values.get("drain", DEFAULT_DRAIN))
    if level + 1 > values.get("burst", DEFAULT_BURST):
        portal.bucket = (level, now)
        raise system_error("QUERY_LIMIT_EXCEEDED")
    portal.bucket = (level + 1, now)


def check_operating(portal: Portal, method: str, now: float) -> None:
    """Raises OPERATION_TIME_LIMIT when the method's ten minutes are used up."""
    limit = portal.switches.operating_limit
    if limit is not None and operating(portal, method, now)[0] >= limit:
        raise system_error("OPERATION_TIME_LIMIT")


def charge(portal: Portal, method: str, seconds: float, now: float) -> None:
    """Book the execution time of a call; calls under 0.1 s are not counted."""
    cost = portal.switches.operating_cost
    if isinstance(cost, dict):
        cost = cost.get(method)
    if cost is None:
        if seconds < UNCOUNTED_SECONDS:
            return
        cost = seconds
    minutes = portal.operating.setdefault(method, {})
    minute = int(now // MINUTE)
    minutes[minute] = minutes.get(minute, 0.0) + cost


def operating(portal: Portal, method: str, now: float) -> tuple[float, int]:
    """Seconds used in the last ten minutes, and when the oldest of them falls out."""
    minutes = portal.operating.get(method)
    if not minutes:
        return 0.0, int(now) + MINUTE * BUCKETS
    first = int(now // MINUTE) - BUCKETS + 1
    for old in [minute for minute in minutes if minute < first]:
        del minutes[old]
    oldest = min(minutes, default=int(now // MINUTE))
    return sum(minutes.values()), (oldest + BUCKETS) * MINUTE
