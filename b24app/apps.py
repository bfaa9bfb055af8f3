"""The Bitrix24 app as a Django application; importing the checks registers them."""

from __future__ import annotations

from django.apps import AppConfig

from b24app import checks as checks
from b24app.messages import rest_errors
from b24app.rest import codes
from b24app.spec import app_spec


class B24AppConfig(AppConfig):
    name = "b24app"
    verbose_name = "Bitrix24 app"

    def ready(self) -> None:
        """Take in what the app brings; what is missing there stops the start."""
        spec = app_spec()
        codes.TABLE.update(spec.codes)
        rest_errors.WORDINGS.update(spec.wordings)
