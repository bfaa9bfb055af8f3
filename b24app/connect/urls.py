"""Where administrators of portals sign in; they sign out where operators do."""

from __future__ import annotations

from django.urls import path

from b24app.connect import views

urlpatterns = [
    path("bitrix24/login/", views.login, name="bitrix24_login"),
    path("bitrix24/login/callback/", views.callback, name="bitrix24_callback"),
]
