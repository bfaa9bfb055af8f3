"""What one app brings to these rooms, in one object: its name, its needs, its places and parts.

The room above registers it by `settings.APP_SPEC`; nothing else here knows which app it is. What is
missing in it stops the start. What is heavy stands in it by its dotted name, loaded at first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from b24app.messages.notice import Table
from b24app.protocol.languages import ISO_CODES
from b24app.rest.errors import RestError

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """What an administrator reads of one thing that the app needs in a portal.

    `title` says what it is; `loss` and `next_step` what is wrong without it, and the remedy.
    `result` is the word for what is wrong where nothing is missing.
    """

    title: Text
    loss: Text
    next_step: Text
    result: Text = ""


@dataclass(frozen=True)
class Scope:
    """A permission, and for the Market the reason why the app asks for it."""

    code: str
    reason: str
    words: Words
    is_required: bool = False


@dataclass(frozen=True)
class Method:
    """A REST method without which the app is of no use; an old portal may lack it."""

    name: str
    words: Words

    @property
    def scope(self) -> str:
        return scope_of(self.name)


@dataclass(frozen=True)
class Placement:
    """A place in the portal: its code, our path for it, and its title by platform language."""

    code: str
    path: str
    titles: Mapping[str, str]
    words: Words | None = None
    is_required: bool = False


@dataclass(frozen=True)
class AppSpec:
    """One app; raises ImproperlyConfigured where a placement lacks its words or a title.

    - `about`, `opening`, `ready`: what it does, how it is opened, what an installation brought.
    - `codes`, `wordings`: errors of its own methods, and the sentences for them.
    - `home`: the name of the address where a portal's administrator arrives from outside.
    - `legal`, `legal_languages`: the folder of the legal texts; the first language is the fallback.
    - `told_apart`: methods whose refusals the app tells in a place of its own, and not as the last
      error of the connection.
    - the rest by dotted names: `readings` (telemetry.metrics.Reading), `console_parts`
      (console.parts.Part), `purges` (operations.purging.Purge), `doctor_checks`, `doctor_probes`,
      `person_erasers`, called with a portal and the number of a person who is to be forgotten, and
      `restorers`, which put right what a restored backup does not know, and say so in a sentence.
    """

    name: str
    about: Text
    opening: Text
    ready: Text
    scopes: tuple[Scope, ...]
    methods: tuple[Method, ...]
    placements: tuple[Placement, ...]
    codes: Mapping[str, type[RestError]]
    wordings: Table
    home: str
    legal: str
    legal_languages: tuple[str, ...]
    told_apart: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    console_parts: tuple[str, ...] = ()
    purges: tuple[str, ...] = ()
    doctor_checks: tuple[str, ...] = ()
    doctor_probes: tuple[str, ...] = ()
    person_erasers: tuple[str, ...] = ()
    restorers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for place in self.placements:
            if place.words is None:
                raise ImproperlyConfigured(f"The placement {place.code} has no words.")
            if untitled := sorted(ISO_CODES.keys() - place.titles.keys()):
                missing = ", ".join(untitled)
                raise ImproperlyConfigured(f"The placement {place.code} has no title in {missing}.")

    @cached_property
    def required_scopes(self) -> frozenset[str]:
        return frozenset(scope.code for scope in self.scopes if scope.is_required)

    @cached_property
    def words(self) -> Mapping[str, Words]:
        """What administrators read, by the code or name of the thing."""
        places = {place.code: place.words for place in self.placements if place.words}
        methods = {method.name: method.words for method in self.methods}
        return {scope.code: scope.words for scope in self.scopes} | methods | places

    def load(self, kind: str) -> list[Any]:
        """What stands in `readings`, `purges` and so on by its name; raises ImportError."""
        return [import_string(name) for name in getattr(self, kind)]


BY_NAME = (
    "readings",
    "console_parts",
    "purges",
    "doctor_checks",
    "doctor_probes",
    "person_erasers",
    "restorers",
)


@cache
def app_spec() -> AppSpec:
    """The app that runs here; raises ImproperlyConfigured and ImportError."""
    found: AppSpec = import_string(settings.APP_SPEC)
    return found


def scope_of(method: str) -> str:
    """The permission that a method needs: its first word (b24restdocs: permissions.md)."""
    return method.partition(".")[0]


def in_templates(request: HttpRequest) -> dict[str, AppSpec]:
    """The app for pages in Django's template language, which name it."""
    return {"app": app_spec()}
