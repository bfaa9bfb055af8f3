"""All addresses; those of the payments pages are theirs."""

from __future__ import annotations

from django.urls import include, path

from b24app import views_events, views_frame, views_ops
from b24app.console.admin import site

urlpatterns = [
    path("install/", views_frame.installer, name="install"),
    path("session/", views_frame.session, name="session"),
    path("events/", views_events.events, name="events"),
    path("healthz", views_ops.healthz),
    path("readyz", views_ops.readyz),
    path("accounts/", include("b24app.console.account_urls")),
    path("console/", include("b24app.console.urls")),
    path("admin/", site.urls),
    path("", include("payments.urls")),
]
