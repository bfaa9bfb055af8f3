"""A portal with the app in it, made from another one in which the app was really installed.

Most tests begin after the installation, which takes a dozen requests. The first portal of a kind
goes the whole way and is no test's own; what that left in the database and at the stand-in is what
the others get, with names, tokens and times of their own.
"""

from __future__ import annotations

import json
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from b24app.models import Portal, PortalPace, PortalUser, epoch_of_now
from b24app.portals.registry import application_token_aad
from b24app.tokens.store import sealed_pair
from tests.support.app import App
from tests.support.portal import PortalWithApp, installed_portal


@dataclass(frozen=True)
class Original:
    """A portal after its installation, and the rows that are about it: the portal's own first."""

    portal: PortalWithApp
    rows: list[models.Model]
    at: datetime


_ORIGINALS: dict[tuple[str, str], Original] = {}


def planted_portal(app: App, **switches: Any) -> PortalWithApp:
    """A fresh portal as if its administrator had installed the app that all tests share."""
    kind = (app.origin, json.dumps(switches, sort_keys=True))
    if kind not in _ORIGINALS:
        _ORIGINALS[kind] = _made(app, switches)
    original = _ORIGINALS[kind]
    like = original.portal.name
    portal = PortalWithApp(
        app.standin, app.standin.create_portal(switches=switches, like=like), app
    )
    _plant(original, portal)
    return portal


def rows_about(portal: Portal) -> list[models.Model]:
    """Every row of the database that names the portal: its own, then the others, oldest first."""
    rows: list[models.Model] = [portal]
    for model in apps.get_models():
        fields = {each.name for each in model._meta.get_fields()}
        if "portal" in fields:
            rows += model._base_manager.filter(portal=portal).order_by("pk")
        elif "member_id" in fields and model is not Portal:
            rows += model._base_manager.filter(member_id=portal.member_id).order_by("pk")
    return rows


def _made(app: App, switches: dict[str, Any]) -> Original:
    """Its rows are taken out again: no test is to meet a portal that it has not asked for."""
    portal = installed_portal(app, switches=switches)
    original = Original(portal, rows_about(portal.row), timezone.now())
    taken = [copy(row) for row in original.rows]
    for row in reversed(taken):
        row.delete()
    return original


@transaction.atomic
def _plant(original: Original, portal: PortalWithApp) -> None:
    passed = timezone.now() - original.at
    own: Any = None
    for row in original.rows:
        planted: Any = _later(row, passed)
        if isinstance(planted, PortalPace):
            planted.free_at += passed.total_seconds()
            planted.member_id = portal.member_id
        else:
            planted.pk = None
        if isinstance(planted, Portal):
            own = planted
            _name(own, original, portal)
        elif "portal_id" in vars(planted):
            planted.portal = own
        if isinstance(planted, PortalUser):
            planted.epoch = own.epoch
            vars(planted).update(sealed_pair(own, planted.user_id, **portal.about["pair"]))
        planted.save(force_insert=True)


def _later(row: models.Model, passed: timedelta) -> models.Model:
    """The row as it would be, had everything come to pass so much later."""
    new = copy(row)
    new._state.adding = True
    for name, value in vars(row).items():
        if isinstance(value, datetime):
            setattr(new, name, value + passed)
    return new


def _name(own: Portal, original: Original, portal: PortalWithApp) -> None:
    """What the portal's own row says of who it is; the epoch is that of a row made now."""
    own.member_id, own.epoch = portal.member_id, epoch_of_now()
    host = original.portal.host
    own.client_endpoint = own.client_endpoint.replace(host, portal.host)
    own.application_token = settings.VAULT.seal(
        str(portal.about["application_token"]), aad=application_token_aad(own)
    )
