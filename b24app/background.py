"""Background work without another process: a few threads beside those that answer requests.

Nothing here survives the process; who enqueues keeps a row that a later sweep finds.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import close_old_connections, transaction
from django_tasks import TaskResult
from django_tasks.backends.immediate import ImmediateBackend

# Few, because each may hold a connection to the database; they start with the first task.
_THREADS = ThreadPoolExecutor(4, thread_name_prefix="background")


class ThreadBackend(ImmediateBackend):
    """Runs a task in a thread of this process, after the transaction that enqueued it."""

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        run = partial(self._run, super()._execute_task, task_result)
        transaction.on_commit(partial(_THREADS.submit, run))

    @staticmethod
    def _run(execute: Any, task_result: TaskResult[Any]) -> None:
        close_old_connections()
        try:
            execute(task_result)
        finally:
            close_old_connections()
