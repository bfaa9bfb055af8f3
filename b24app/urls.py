"""All addresses; those of the payments pages are theirs."""

from __future__ import annotations

from django.urls import include, path

from b24app import views_events, views_frame, views_legal, views_ops

urlpatterns = [
    path("install/", views_frame.installer, name="install"),
    path("session/", views_frame.session, name="session"),
    path("events/", views_events.events, name="events"),
    path("legal/licence/", views_legal.licence, name="licence"),
    path("legal/licence/<slug:language>/", views_legal.licence, name="licence"),
    path("legal/privacy/", views_legal.privacy, name="privacy"),
    path("legal/privacy/<slug:language>/", views_legal.privacy, name="privacy"),
    path("healthz", views_ops.healthz),
    path("readyz", views_ops.readyz),
    path("", include("payments.urls")),
]
