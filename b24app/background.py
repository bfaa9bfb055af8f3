"""Background work without another process: a few threads beside those that answer requests.

Nothing here survives the process; who enqueues keeps a row that a later sweep finds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from django.db import close_old_connections, transaction
from django_tasks import TaskResult
from django_tasks.backends.immediate import ImmediateBackend

from b24app.rest.large_answers import give_back_turn, let_go

log = logging.getLogger(__name__)
T = TypeVar("T")
# Few, because each may hold a connection to the database; they start with the first task.
_THREADS = ThreadPoolExecutor(4, thread_name_prefix="background")
# Apart from them, so that a slow portal's visit keeps no event waiting.
_VISITS = ThreadPoolExecutor(2, thread_name_prefix="visit")
# For what nobody waits for: it holds up neither.
_LATER = ThreadPoolExecutor(4, thread_name_prefix="later")


class StillRunning(Exception):
    """The work goes on, and nobody hears how it ends."""


def run_within(seconds: float, work: Callable[[], T]) -> T:
    """The result of work in a thread of its own; raises StillRunning, or what the work raises."""
    give_back_turn()
    future = _VISITS.submit(copy_context().run, _alone, work)
    if not wait([future], seconds).done:
        future.add_done_callback(_note_failure)
        raise StillRunning
    return future.result()


def submit(work: Callable[[], T]) -> Future[T]:
    """Do the work in one of a few threads, after what waits there already."""
    return _THREADS.submit(_alone, work)


def submit_later(work: Callable[[], T]) -> Future[T]:
    """Do the work in a thread apart from those that events and visits need."""
    future = _LATER.submit(_alone, work)
    future.add_done_callback(_note_failure)
    return future


def _alone(work: Callable[[], T]) -> T:
    """The work with nothing of what its thread did before, and nothing left of it."""
    close_old_connections()
    try:
        return work()
    finally:
        let_go()
        close_old_connections()


def _note_failure(future: Future[Any]) -> None:
    if error := future.exception():
        log.warning("work behind a page failed: %s", error)


class ThreadBackend(ImmediateBackend):
    """Runs a task in a thread of this process, after the transaction that enqueued it."""

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        transaction.on_commit(partial(submit, partial(super()._execute_task, task_result)))
