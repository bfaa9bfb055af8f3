"""The Bitrix24 app as a Django application; importing the checks registers them."""

from __future__ import annotations

from django.apps import AppConfig

from b24app import checks as checks


class B24AppConfig(AppConfig):
    name = "b24app"
    verbose_name = "Bitrix24 app"
