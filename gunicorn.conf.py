"""How gunicorn serves the app: threads, because nearly all of a request is waiting for a portal."""

from __future__ import annotations

wsgi_app = "b24app.wsgi"
worker_class = "gthread"
workers = 2
# More than one portal may occupy (rest/limits.py), so that some are always free for the others.
threads = 64
# Loaded once and shared: a quicker start, 10 MB less a worker, and a dead worker is replaced within
# milliseconds. New code needs a restart; a reload (SIGHUP) goes on with the old one.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 30
limit_request_line = 4094
# An access log would write the `code` of an OAuth return into a file.
accesslog = None
# Its default path is one for all gunicorns of a user.
control_socket_disable = True
