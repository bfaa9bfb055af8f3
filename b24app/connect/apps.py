"""The app that django-allauth asks for the provider `bitrix24`."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "b24app.connect"
    label = "connect"
