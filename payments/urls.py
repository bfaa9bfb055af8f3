"""Addresses of the payments pages."""

from __future__ import annotations

from django.urls import path

from payments import views

app_name = "payments"
urlpatterns = [
    path("placements/deal/", views.deal_tab, name="deal"),
    path("placements/invoice/", views.invoice_tab, name="invoice"),
    path("payments/add/", views.add, name="add"),
    path("payments/attempts/<uuid:key>/", views.attempt, name="attempt"),
    path("payments/attempts/<uuid:key>/choice/", views.choice, name="choice"),
]
