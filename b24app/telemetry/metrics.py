"""Figures of this process and its sisters, in Prometheus' form.

Whoever acts counts here; the page of figures reads. Labels are bounded: no portal, no person, no
text from outside. Under gunicorn the processes share files in PROMETHEUS_MULTIPROC_DIR, which
gunicorn.conf.py makes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

GOOD = "ok"
OTHER = "other"
_MOST_NAMES = 100
# Seconds. A portal takes half a second as a rule, and twelve at most (rest/transport.py).
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)

_requests = Counter("b24_requests", "Requests answered.", ["view", "status"])
_request_seconds = Histogram(
    "b24_request_seconds", "Time to answer a request.", ["view"], buckets=_BUCKETS
)
_in_progress = Gauge(
    "b24_requests_in_progress", "Requests being answered.", multiprocess_mode="livesum"
)
_calls = Counter("b24_rest_calls", "HTTP requests to portals.", ["method", "outcome"])
_call_seconds = Histogram(
    "b24_rest_call_seconds", "Time until a portal answered.", ["method"], buckets=_BUCKETS
)
_commands = Counter("b24_rest_commands", "Commands in answered batches.", ["method", "outcome"])
_refreshes = Counter("b24_refreshes", "Token pairs renewed, by outcome.", ["outcome"])
_names: dict[str, str] = {}
P = ParamSpec("P")
Metric = TypeVar("Metric", Counter, Histogram)


def harmless(count: Callable[P, None]) -> Callable[P, None]:
    """Figures are files: a full disk costs the figure, never the answer.

    The library does not get over it: a file remembers as its own the room that it was refused, and
    a worker that began meanwhile has closed files, so that each later figure is an error of another
    class.
    """

    @wraps(count)
    def counted(*args: P.args, **kwargs: P.kwargs) -> None:
        with suppress(Exception):
            count(*args, **kwargs)

    return counted


def bounded(name: str) -> str:
    """`name` for the first names of this process, OTHER for any after them."""
    if name not in _names and len(_names) >= _MOST_NAMES:
        return OTHER
    return _names.setdefault(name, name)


@cache
def _labelled(metric: Metric, *labels: str) -> Metric:
    """The metric of these labels, which are few; the library looks for it under a lock."""
    return metric.labels(*labels)


@harmless
def begin_request() -> None:
    _in_progress.inc()


@harmless
def end_request() -> None:
    _in_progress.dec()


@harmless
def count_request(*, view: str, status: int, seconds: float) -> None:
    name = bounded(view)
    _labelled(_requests, name, str(status)).inc()
    _labelled(_request_seconds, name).observe(seconds)


@harmless
def count_call(*, method: str, outcome: str, seconds: float) -> None:
    """One HTTP request to a portal; `outcome` is GOOD or the name of the error's class."""
    name = bounded(method)
    _labelled(_calls, name, outcome).inc()
    _labelled(_call_seconds, name).observe(seconds)


@harmless
def count_command(*, method: str, outcome: str) -> None:
    """One command of a batch that was answered."""
    _labelled(_commands, bounded(method), outcome).inc()


@harmless
def count_refresh(*, outcome: str) -> None:
    _refreshes.labels(outcome).inc()


Reading = tuple[str, str, dict[str, float]]
Readings = Callable[[], Iterable[Reading]]


class _Gauges(Collector):
    """Gauges read at the moment of the scrape: (name, help, value by label `state`)."""

    def __init__(self, sources: Iterable[Readings]) -> None:
        self._sources = tuple(sources)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for source in self._sources:
            for name, text, values in source():
                family = GaugeMetricFamily(name, text, labels=["state"])
                for state, value in values.items():
                    family.add_metric([state], value)
                yield family


def exposition(sources: Iterable[Readings]) -> bytes:
    """All figures as text; raises what a source raises."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(_Gauges(sources))
    return generate_latest(registry)
