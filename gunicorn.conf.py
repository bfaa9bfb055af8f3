"""How gunicorn serves the app: threads, because nearly all of a request is waiting for a portal."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gunicorn import util
from gunicorn.workers import gthread

# What the shipped proxy lets through: who still sends that much reads why it is refused.
_MOST_DRAINED = 2**20
# What gunicorn reads on for, at most, to keep a connection.
_READ_ON = 64 * 1024


class Connection(gthread.TConn):
    """A connection whose client may stall as long as a stop would wait for it, and no longer.

    In every part: head, body, and taking in the answer. gunicorn's own waits without end.
    """

    def init(self) -> None:
        """Called for each request, when the worker has just made the socket wait without end."""
        super().init()
        self.sock.settimeout(self.cfg.graceful_timeout)

    def close(self, graceful: bool = False) -> None:
        """At once: the thread of the last request has waited for what there was."""
        super().close()


class Worker(gthread.ThreadWorker):
    """gunicorn's threads, of which a client that does not go away holds one and never the loop."""

    def handle(self, conn: Connection) -> Any:
        """Wait for the client to hang up here: the loop, which accepts, would wait 2 seconds."""
        is_kept = super().handle(conn)
        if not is_kept:
            util.close_graceful(conn.sock, max_drain=_MOST_DRAINED)
        return is_kept


# The worker makes its connections by this name.
gthread.TConn = Connection

wsgi_app = "b24app.wsgi"
worker_class = Worker
workers = 2
# More than all portals may occupy (rest/concurrency.py): some are always free for what calls none.
threads = 64
# Loaded once and shared: a quicker start, 10 MB less a worker, and a dead worker is replaced within
# milliseconds. New code needs a restart; a reload (SIGHUP) goes on with the old one.
preload_app = True
timeout = 60
# Also what a client may stall for.
graceful_timeout = 20
keepalive = 30
limit_request_line = 4094
# The proxy has one. Whoever switches it on here as well finds no query and no referrer in it:
# the `code` of an OAuth return stands there.
accesslog = None
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)s'
# Its default path is one for all gunicorns of a user.
control_socket_disable = True

# glibc gives each thread a heap of its own, up to eight a processor, and keeps what each once
# needed: with two for all threads a worker grows by a tenth less and stops growing sooner.
_M_ARENA_MAX = -8
# What is this large has pages of its own and gives them back: a large answer leaves no holes.
_M_MMAP_THRESHOLD, _LARGE_BYTES = -3, 256 * 1024
# What is free at the end of a heap stays: given back, it is asked for again at the next click.
_M_TRIM_THRESHOLD, _FREE_BYTES = -1, 64 * 1024 * 1024
with contextlib.suppress(AttributeError):
    ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    ctypes.CDLL(None).mallopt(_M_TRIM_THRESHOLD, _FREE_BYTES)

# Where the workers keep their figures (b24app/telemetry/metrics.py), so that each can tell those of
# all. The variable outlives a reload. The library must not be imported here: it reads it once.
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_FIGURES = os.environ.get(_VARIABLE) or tempfile.mkdtemp(prefix="deal-payments-figures-")
os.environ[_VARIABLE] = _FIGURES


def pre_request(worker: Any, req: Any) -> None:
    """What may be left unread, because it is refused, is the last request of its connection.

    gunicorn reads on for a while and then hangs up, unannounced: on the request that the proxy has
    sent after it, which is somebody else's.
    """
    if getattr(req.body.reader, "length", _READ_ON) >= _READ_ON:
        req.force_close()


def pre_fork(server: Any, worker: Any) -> None:
    """What is loaded is no garbage: looking for some in it costs time, and unshares its memory."""
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """A worker that is gone is answering nothing any more; what it counted stays."""
    for path in Path(_FIGURES).glob(f"gauge_live*_{worker.pid}.db"):
        path.unlink(missing_ok=True)


def on_exit(server: Any) -> None:
    """The figures end with the server, unless another has taken over."""
    if not server.reexec_pid:
        shutil.rmtree(_FIGURES, ignore_errors=True)
