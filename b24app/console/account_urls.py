"""The pages of django-allauth that operators need, and no others.

Sign-up, passwords by mail and e-mail addresses have no address at all: there is no mail server.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from b24app.console.gate import operators_only, operators_page, staff_only

urlpatterns = [
    path("login/", operators_page(account.login), name="account_login"),
    path("logout/", operators_page(account.logout), name="account_logout"),
    path("inactive/", operators_page(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", operators_page(account.reauthenticate), name="account_reauthenticate"),
    path("2fa/", operators_only(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", operators_page(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", operators_page(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", staff_only(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", operators_only(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        operators_only(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        operators_only(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        operators_only(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
