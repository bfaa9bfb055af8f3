"""The addresses of django-allauth that this app needs; the others do not exist."""

from __future__ import annotations

from allauth.account.views import logout
from django.urls import path
from django.views.decorators.http import require_POST

from b24app.connect import views

urlpatterns = [
    path("bitrix24/login/", views.login, name="bitrix24_login"),
    path("bitrix24/login/callback/", views.callback, name="bitrix24_callback"),
    path("logout/", require_POST(logout), name="account_logout"),
]
