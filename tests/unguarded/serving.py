"""How gunicorn serves an app without one of its guards: as the real one, with a change."""

from __future__ import annotations

wsgi_app = "b24app.wsgi"
worker_class = "gthread"
threads = 32
