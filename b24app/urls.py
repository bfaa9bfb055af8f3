"""All addresses; those of the payments pages are theirs."""

from __future__ import annotations

from django.urls import include, path

from b24app.events.views import events
from b24app.frame.views import installer
from b24app.operations.views import healthz, metrics, readyz
from b24app.web import error_pages, legal

# Whatever fails anywhere is told there.
handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler404 = error_pages.page_not_found
handler500 = error_pages.server_error
# By their names, so that they are loaded at the first request to them: few servers get one.
_CONSOLE = ("b24app.console.urls", "console", "console")
_ADMIN = ("b24app.console.admin", "admin", "admin")
urlpatterns = [
    # First, because nearly all requests go there.
    path("", include("payments.urls")),
    path("install/", installer, name="install"),
    path("events/", events, name="events"),
    path("legal/licence/", legal.licence, name="licence"),
    path("legal/licence/<slug:language>/", legal.licence, name="licence"),
    path("legal/privacy/", legal.privacy, name="privacy"),
    path("legal/privacy/<slug:language>/", legal.privacy, name="privacy"),
    path("accounts/", include("b24app.connect.urls")),
    path("accounts/", include("b24app.console.account_urls")),
    path("console/", _CONSOLE),
    path("admin/", _ADMIN),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
