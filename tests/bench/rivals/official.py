"""A rival: plain Django views on the official `b24pysdk`, as its documentation has them written.

Each opens the tab, adds a payment or adds one with rows, and shows the deal's payments. Names below
`.localhost` are looked up on loopback; all else, TLS included, is as the package has it.
"""

from __future__ import annotations

import socket
from typing import Any

from b24pysdk import BitrixApp, BitrixToken
from b24pysdk.client import ClientV2
from b24pysdk.credentials import OAuthPlacementData
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

settings.configure(
    SECRET_KEY="fake-secret-key-of-a-rival",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    LOGGING_CONFIG=None,
)
DEAL = 2
APP = BitrixApp(client_id="local.standin.app", client_secret="fake-client-secret")
_look_up = socket.getaddrinfo


def _look_up_here(host: Any, *args: Any, **kwargs: Any) -> Any:
    is_ours = isinstance(host, str) and host.endswith(".localhost")
    return _look_up("127.0.0.1" if is_ours else host, *args, **kwargs)


socket.getaddrinfo = _look_up_here


@csrf_exempt
def open_tab(request: HttpRequest) -> HttpResponse:
    client, deal = _client(request), int(request.POST["deal"])
    item = client.crm.item.get(entity_type_id=DEAL, bitrix_id=deal).result["item"]
    return _page(client, deal, title=str(item["title"]))


@csrf_exempt
def add(request: HttpRequest) -> HttpResponse:
    client, deal = _client(request), int(request.POST["deal"])
    payment = client.crm.item.payment.add(entity_type_id=DEAL, entity_id=deal).result
    rows = [int(row) for row in request.POST.get("rows", "").split(",") if row]
    if rows:
        product = client.crm.item.payment.product
        client.call_batch([product.add(payment, row, 1.0) for row in rows]).call()
    return _page(client, deal, title="Payment added")


def _client(request: HttpRequest) -> ClientV2:
    data = OAuthPlacementData.from_dict(request.POST.dict())
    return BitrixToken.from_oauth_placement_data(data, APP).get_client()


_PAGE = (
    "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><table>{% for p in payments %}"
    "<tr><td>{{ p.accountNumber }}<td>{{ p.sum }} {{ p.currency }}<td>{{ p.paid }}{% endfor %}"
    "</table><form method=post action=/add/><button>Add payment</button></form>"
)


def _page(client: ClientV2, deal: int, *, title: str) -> HttpResponse:
    payments = client.crm.item.payment.list(entity_type_id=DEAL, entity_id=deal).result
    return HttpResponse(Template(_PAGE).render(Context({"title": title, "payments": payments})))


urlpatterns = [path("open/", open_tab), path("add/", add)]
application: WSGIHandler = get_wsgi_application()
