"""Addresses of the payments pages."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from payments.gateway.payments import Action
from payments.journal import frame_views, site_views
from payments.owed import views as owed_views
from payments.tab import action_views, sending_views, views


class ActionConverter(StringConverter):
    """One of the actions, as its enum."""

    regex = "|".join(Action)

    def to_python(self, value: str) -> Action:
        return Action(value)


register_converter(ActionConverter, "action")
app_name = "payments"
urlpatterns = [
    path("", frame_views.home, name="home"),
    path("journal/", frame_views.journal, name="journal"),
    path("journal/csv/", frame_views.journal_csv, name="journal_csv"),
    path("repair/", frame_views.repair, name="repair"),
    path("fields/", frame_views.fields, name="fields"),
    path("portal/", site_views.portal, name="portal"),
    path("portal/journal/", site_views.journal, name="portal_journal"),
    path("portal/journal/csv/", site_views.journal_csv, name="portal_csv"),
    path("portal/fields/", site_views.fields, name="portal_fields"),
    path("portal/repair/", site_views.repair, name="portal_repair"),
    path("payments/older/", views.older, name="older"),
    path("placements/owed/", owed_views.place, name="owed_place"),
    path("payments/owed/", owed_views.page, name="owed"),
    path("payments/owed/list/", owed_views.listing, name="owed_list"),
    path("payments/owed/more/", owed_views.more, name="owed_more"),
    path("payments/owed/csv/", owed_views.csv, name="owed_csv"),
    path("placements/deal/", views.deal_tab, name="deal"),
    path("placements/invoice/", views.invoice_tab, name="invoice"),
    path("payments/add/", views.add, name="add"),
    path("payments/attempts/<uuid:key>/", views.attempt, name="attempt"),
    path("payments/attempts/<uuid:key>/choice/", views.choice, name="choice"),
    path("payments/attempts/<uuid:key>/rest/", views.rest, name="rest"),
    path("payments/<int:payment_id>/<action:action>/", action_views.act, name="act"),
    path("payments/<int:payment_id>/pay-system/", action_views.pay_system, name="pay_system"),
    path("payments/<int:payment_id>/link/", action_views.link, name="link"),
    path("payments/<int:payment_id>/send/", sending_views.send, name="send"),
    path("payments/<int:payment_id>/sent/", sending_views.sent, name="sent"),
]
