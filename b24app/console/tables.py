"""Django's admin as this app uses it: behind the console's gate, for looking, quick on long tables.

Its pages load scripts from our own address without a nonce, so they, and only they, may do so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account import views as account
from csp.constants import SELF
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property

from b24app.console.gate import is_operator, operators_only
from b24app.console.parts import MOST_COUNTED
from b24app.spec import app_spec

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class OperatorsSite(admin.AdminSite):
    """The admin, with the sign-in of the console instead of its own."""

    site_title = site_header = app_spec().name
    index_title = "Tables"
    site_url = "/console/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            response: HttpResponseBase = inner(request, *args, **kwargs)
            response._csp_replace = {"script-src": [SELF]}  # type: ignore[attr-defined]
            return response

        return operators_only(shown)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return account.logout(request)


class CappedPaginator(Paginator[Any]):
    """Counts no further than MOST_COUNTED; whoever looks for an older row searches for it."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Model]", self.object_list)
        return rows.order_by()[:MOST_COUNTED].count()


class TableToRead(_ModelAdmin):
    """A table that is looked at: nothing is added, changed or deleted by hand."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    ordering = ("-pk",)
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission
