"""What an operator types: a search, and the name of a portal that is to be forgotten."""

from __future__ import annotations

from django import forms

from b24app.models import Portal


class SearchForm(forms.Form):
    """Empty fields do not narrow; `before` is the last row of the page before."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "Beginning of a host, a name or a member id"}
        ),
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "all"), *Portal.State.choices]
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ForgetForm(forms.Form):
    """The host, typed by hand."""

    host = forms.CharField(
        label="Host of the portal",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, host: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.expected = host

    def clean_host(self) -> str:
        typed = str(self.cleaned_data["host"]).strip().lower()
        if typed != self.expected:
            raise forms.ValidationError(f"This is not “{self.expected}”: nothing was deleted.")
        return typed
