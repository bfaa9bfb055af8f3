"""The one question of the sign-in page."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from b24app.protocol.addresses import Endpoint, HostRefused, typed_endpoint


class PortalForm(forms.Form):
    """Where a person's Bitrix24 is; cleaned to its Endpoint."""

    portal = forms.CharField(
        max_length=300,
        error_messages={"required": gettext_lazy("Type the address of your Bitrix24.")},
    )

    def clean_portal(self) -> Endpoint:
        insecure = settings.B24_ALLOW_INSECURE_PORTALS
        try:
            return typed_endpoint(self.cleaned_data["portal"], allow_insecure=insecure)
        except HostRefused as error:
            words = gettext("This is not the address of a Bitrix24. It looks like %(example)s.")
            example = "acme.bitrix24.com"
            raise forms.ValidationError(words % {"example": example}) from error
