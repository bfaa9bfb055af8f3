"""All addresses; those of the payments pages are theirs."""

from __future__ import annotations

from django.urls import include, path

from b24app import failures, views_events, views_frame, views_legal, views_ops
from b24app.console.admin import site

# Whatever fails anywhere is told there.
handler400 = failures.bad_request
handler403 = failures.permission_denied
handler404 = failures.page_not_found
handler500 = failures.server_error
urlpatterns = [
    path("install/", views_frame.installer, name="install"),
    path("session/", views_frame.session, name="session"),
    path("events/", views_events.events, name="events"),
    path("legal/licence/", views_legal.licence, name="licence"),
    path("legal/licence/<slug:language>/", views_legal.licence, name="licence"),
    path("legal/privacy/", views_legal.privacy, name="privacy"),
    path("legal/privacy/<slug:language>/", views_legal.privacy, name="privacy"),
    path("accounts/", include("b24app.connect.urls")),
    path("accounts/", include("b24app.console.account_urls")),
    path("console/", include("b24app.console.urls")),
    path("admin/", site.urls),
    path("healthz", views_ops.healthz, name="healthz"),
    path("readyz", views_ops.readyz, name="readyz"),
    path("metrics", views_ops.metrics, name="metrics"),
    path("", include("payments.urls")),
]
