"""What the page sends back: the click's key and what the person had seen."""

from __future__ import annotations

from django import forms


class AddForm(forms.Form):
    """One click on Add payment."""

    key = forms.UUIDField()
    seen = forms.CharField(max_length=300)


class ChoiceForm(forms.Form):
    """Which of several new payments is the one of this click; nothing chosen means none."""

    payment = forms.IntegerField(required=False, min_value=1)
