"""How much is measured: `full` for figures to quote, `tiny` to see that everything runs."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.bucket import Bucket


@dataclass(frozen=True)
class Size:
    """`seconds` are those of one level of load after `warm`; `pairs` are interleaved A/B/A.

    Once throughput has taken `patience` seconds, no level is run more than once: a bench ends by
    itself on a slow machine too. `people` of a portal with this `bucket` make `adds_each` adds all
    at once; later they open `tabs` within `tab_seconds`, and add a payment in `tab_adds` of them.
    """

    name: str
    latency_ms: int
    pairs: int
    seconds: float
    warm: float
    runs: int
    patience: float
    users: tuple[int, ...]
    drift_requests: int
    starts: int
    opens: int
    growth_pairs: int
    portals: int
    attempts: int
    payments: int
    bucket: Bucket
    people: int
    adds_each: int
    tabs: int
    tab_seconds: float
    tab_adds: int
    neighbour_runs: int


FULL = Size(
    name="full",
    latency_ms=50,
    pairs=60,
    seconds=5,
    warm=1.5,
    runs=3,
    patience=200,
    users=(1, 32, 128),
    drift_requests=10_000,
    starts=5,
    opens=5,
    growth_pairs=150,
    portals=100_000,
    attempts=1_000_000,
    payments=1000,
    bucket=Bucket(drain=2, burst=50),
    people=50,
    adds_each=10,
    tabs=120,
    tab_seconds=60,
    tab_adds=20,
    neighbour_runs=3,
)
TINY = Size(
    name="tiny",
    latency_ms=50,
    pairs=4,
    seconds=1,
    warm=0.5,
    runs=1,
    patience=30,
    users=(1, 8),
    drift_requests=200,
    starts=1,
    opens=1,
    growth_pairs=6,
    portals=1000,
    attempts=2000,
    payments=100,
    bucket=Bucket(drain=8, burst=10),
    people=6,
    adds_each=5,
    tabs=16,
    tab_seconds=2,
    tab_adds=3,
    neighbour_runs=1,
)
SIZES = {size.name: size for size in (FULL, TINY)}
