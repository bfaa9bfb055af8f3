"""`manage.py send_event HOST NAME [CLEAN]`: for a try, an event as Bitrix24 would post it."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from b24app.models import Portal
from b24app.operations.doctor.record import find
from b24app.portals.actors import SessionEnded, actor_of
from b24app.portals.registry import NOBODY, application_token
from b24app.protocol.events import INSTALL, PAYMENT, UPDATE
from b24app.rest.errors import GrantDead
from b24app.rest.transport import ANSWER_SECONDS, POOL


class Command(BaseCommand):
    """Prints the answer; ends with status 1 where it is not 200.

    The event carries the portal's real application token, so that it is taken for true. What it
    does is decided as ever: a removal is refused while the OAuth server knows the app there.
    """

    help = "Post one event of a portal to this app's own address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("portal", metavar="HOST", help="its host or member id")
        parser.add_argument("name", metavar="NAME", type=str.upper, help="ONAPPUNINSTALL, say")
        parser.add_argument("clean", metavar="CLEAN", nargs="?", default="0", choices=["0", "1"])
        parser.add_argument("--live", action="store_true", help="also on a server of real portals")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or settings.B24_STANDIN or options["live"]):
            raise CommandError("This server serves real portals: --live sends the event anyway.")
        portal = find(options["portal"])
        if portal is None:
            raise CommandError(f"No portal with the host or member id {options['portal']!r}.")
        address = urljoin(settings.APP_URL, reverse("events"))
        form = _event(portal, options["name"], clean=options["clean"])
        how: dict[str, Any] = {
            "encode_multipart": False,
            "redirect": False,
            "retries": False,
            "timeout": ANSWER_SECONDS,
        }
        try:
            status = POOL.request("POST", address, fields=form, **how).status
        except Exception as error:
            raise CommandError(f"{address} does not answer: {type(error).__name__}") from error
        self.stdout.write(f"{address} answered {status}.")
        if status != 200:
            sys.exit(1)


def _event(portal: Portal, name: str, *, clean: str) -> dict[str, str]:
    """The form (b24restdocs: api-reference/common/events/*.md)."""
    auth = {
        "domain": portal.endpoint.host,
        "client_endpoint": portal.client_endpoint,
        "server_endpoint": f"{portal.oauth_server}/rest/",
        "member_id": portal.member_id,
    }
    # A payment is told without it (api-reference/common/events/on-app-payment.md).
    if name != PAYMENT:
        auth["application_token"] = application_token(portal)
    if name in {INSTALL, UPDATE}:
        auth["access_token"] = _access_token(portal)
    return {
        "event": name,
        "ts": str(int(time.time())),
        "data[CLEAN]": clean,
        "data[VERSION]": "1",
        **{f"auth[{key}]": value for key, value in auth.items()},
    }


def _access_token(portal: Portal) -> str:
    """The installer's, which may have run out: the event is then refused."""
    try:
        installer = actor_of(portal.pk, portal.installer_id or NOBODY)
        return installer.client.credentials.pair().access
    except (SessionEnded, GrantDead) as error:
        raise CommandError("No token of the installer is stored.") from error
