"""Counts of clicks, by how they ended."""

from __future__ import annotations

from prometheus_client import Counter

from b24app.telemetry.metrics import harmless
from payments.models import Attempt

_ended = Counter("payments_attempts", "Clicks by the state they came to.", ["state"])


@harmless
def count_attempt(state: Attempt.State) -> None:
    _ended.labels(state.value).inc()
