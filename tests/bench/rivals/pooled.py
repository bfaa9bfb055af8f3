"""A rival: a Django view that does nothing but pass the REST call on, through a pooled session.

The least that any app of this kind can cost; it knows nothing, proves nothing, keeps nothing.
"""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from urllib3 import HTTPConnectionPool

settings.configure(
    SECRET_KEY="fake-secret-key-of-a-rival",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    LOGGING_CONFIG=None,
)
_pools: dict[str, HTTPConnectionPool] = {}


@csrf_exempt
def relay(request: HttpRequest) -> HttpResponse:
    """The portal's own answer to the batch in the form."""
    host, batch = request.POST["host"], request.POST["batch"]
    port = host.partition(":")[2]
    pool = _pools.setdefault(port, HTTPConnectionPool("127.0.0.1", int(port), maxsize=64))
    headers = {"Content-Type": "application/json", "Host": host}
    answer = pool.request("POST", "/rest/batch", body=batch.encode(), headers=headers)
    return HttpResponse(answer.data, content_type="application/json", status=answer.status)


urlpatterns = [path("relay/", relay)]
application: WSGIHandler = get_wsgi_application()
