"""How gunicorn serves the app that counts its queries: as the real one, with one more layer."""

from __future__ import annotations

HEADER = "X-Queries"
wsgi_app = "tests.bench.serving.counted:application"
worker_class = "gthread"
threads = 64
keepalive = 30
