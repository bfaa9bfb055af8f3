"""The tables that operators may look at, without a column that holds a secret.

Registered at a site of our own: what django-allauth would register holds tokens and seeds.
"""

from __future__ import annotations

from django.contrib.admin import EmptyFieldListFilter
from django.contrib.auth.models import User
from django.http import HttpRequest

from b24app.console.parts import parts
from b24app.console.tables import OperatorsSite, TableToRead
from b24app.models import EventReceipt, Portal, PortalUser, RestCall

site = OperatorsSite(name="admin")


class PortalTable(TableToRead):
    list_display = ("client_endpoint", "member_id", "state", "trouble", "installed_at")
    list_filter = ("state",)
    search_fields = ("client_endpoint", "member_id")
    exclude = ("application_token",)


class PortalUserTable(TableToRead):
    list_display = ("name", "user_id", "portal", "is_admin", "seen_at", "renewed_at")
    list_filter = ("is_admin",)
    list_select_related = ("portal",)
    search_fields = ("name",)
    exclude = ("access_token", "refresh_token", "name_key")


class EventReceiptTable(TableToRead):
    list_display = ("name", "member_id", "state", "tries", "received_at", "handled_at")
    list_filter = ("state",)
    search_fields = ("member_id__exact",)
    exclude = ("body",)


class RestCallTable(TableToRead):
    list_display = ("at", "portal", "user_id", "method", "status", "error", "milliseconds")
    list_filter = (("error", EmptyFieldListFilter),)
    list_select_related = ("portal",)
    search_fields = ("portal__member_id__exact",)


class UserTable(TableToRead):
    """Accounts: made by `createsuperuser` or a sign-in from a portal; one can be closed here."""

    list_display = ("username", "is_staff", "is_active", "last_login", "date_joined")
    list_filter = ("is_staff", "is_active")
    search_fields = ("username",)
    fields = ("username", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("username", "is_staff", "is_superuser", "last_login", "date_joined")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody shuts themselves out."""
        return bool(request.user.is_superuser and obj != request.user)


site.register(Portal, PortalTable)
site.register(PortalUser, PortalUserTable)
site.register(EventReceipt, EventReceiptTable)
site.register(RestCall, RestCallTable)
site.register(User, UserTable)
for part in parts():
    for model, table in part.admins.items():
        site.register(model, table)
urlpatterns = site.get_urls()
