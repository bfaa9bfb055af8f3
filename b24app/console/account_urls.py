"""The pages of django-allauth that operators need, and no others.

Sign-up, passwords by mail and e-mail addresses have no address at all: there is no mail server.
Their views are loaded at the first request to one: the second factor brings much along.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.module_loading import import_string

from b24app.console.gate import View, operators_only, operators_page, staff_only


def allauth(name: str) -> View:
    """A view of django-allauth by its name there."""

    def view(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        found: View = import_string(f"allauth.{name}")
        return found(request, **kwargs)

    return view


urlpatterns = [
    path("login/", operators_page(allauth("account.views.login")), name="account_login"),
    path("logout/", operators_page(allauth("account.views.logout")), name="account_logout"),
    path(
        "inactive/",
        operators_page(allauth("account.views.account_inactive")),
        name="account_inactive",
    ),
    path(
        "reauthenticate/",
        operators_page(allauth("account.views.reauthenticate")),
        name="account_reauthenticate",
    ),
    path("2fa/", operators_only(allauth("mfa.base.views.index")), name="mfa_index"),
    path(
        "2fa/authenticate/",
        operators_page(allauth("mfa.base.views.authenticate")),
        name="mfa_authenticate",
    ),
    path(
        "2fa/reauthenticate/",
        operators_page(allauth("mfa.base.views.reauthenticate")),
        name="mfa_reauthenticate",
    ),
    path(
        "2fa/totp/activate/",
        staff_only(allauth("mfa.totp.views.activate_totp")),
        name="mfa_activate_totp",
    ),
    path(
        "2fa/totp/deactivate/",
        operators_only(allauth("mfa.totp.views.deactivate_totp")),
        name="mfa_deactivate_totp",
    ),
    path(
        "2fa/recovery-codes/",
        operators_only(allauth("mfa.recovery_codes.views.view_recovery_codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        operators_only(allauth("mfa.recovery_codes.views.generate_recovery_codes")),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        operators_only(allauth("mfa.recovery_codes.views.download_recovery_codes")),
        name="mfa_download_recovery_codes",
    ),
]
