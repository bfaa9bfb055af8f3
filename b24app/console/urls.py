"""Addresses of the operator's console."""

from __future__ import annotations

from django.urls import path

from b24app.console import views

app_name = "console"
urlpatterns = [
    path("", views.portals, name="portals"),
    path("portals/<int:pk>/", views.portal, name="portal"),
    path("portals/<int:pk>/forget/", views.forget, name="forget"),
    path("portals/<int:pk>/<slug:name>/", views.act, name="act"),
]
