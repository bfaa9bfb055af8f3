"""One soak: a world from a plan, everybody at work in it, then quiet, then the accounts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.utils import timezone

from payments.models import Attempt
from tests.soak.audit import ANSWER_LIMIT_SECONDS, Audit, audit
from tests.soak.damage import Damage
from tests.soak.people import Click, Person, all_at_work
from tests.soak.plan import Plan
from tests.standin.process import start_standin
from tests.support.app import UNTHROTTLED, App, free_port, start_app
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.servers.forwarder import Forwarder, forwarder_to
from tests.support.waiting import await_condition

REQUEST_LIMIT_SECONDS = 2
ROLES = ("sales", "admin")
_LOOK_SECONDS = 2.0


@dataclass
class Soak:
    """What a run left behind."""

    plan: Plan
    seconds: float = 0.0
    settling: float = 0.0
    clicks: list[Click] = field(default_factory=list)
    damage: Counter[str] = field(default_factory=Counter)
    answers: list[float] = field(default_factory=list)
    audit: Audit = field(default_factory=Audit)


@contextmanager
def soaked_app(
    plan: Plan, folder: Path, *, database_url: str, gunicorn: str = ""
) -> Iterator[tuple[App, Forwarder | None]]:
    """An app of several processes beside a stand-in, and the way to its database if it has one.

    `gunicorn` are options of its server, for an app without one of its guards.
    """
    port = free_port()
    environment = {
        **UNTHROTTLED,
        "B24_REQUEST_LIMIT_SECONDS": str(REQUEST_LIMIT_SECONDS),
        "GUNICORN_CMD_ARGS": gunicorn,
    }
    with (
        _way_to(database_url) as (url, line),
        start_standin(f"http://app.localhost:{port}") as standin,
        start_app(
            database_url=url,
            standin=standin,
            port=port,
            log_path=folder / "soak.log",
            workers=plan.workers,
            environment=environment,
        ) as app,
    ):
        yield app, line


def soak(
    app: App, plan: Plan, *, line: Forwarder | None, settle_seconds: float, is_aged: bool = False
) -> Soak:
    """Run the plan, wait until everything has an outcome, at most so long, and audit.

    `is_aged` lets the open attempts be as old as if the time limits of the portal had passed,
    which is no lie once the portals have nothing more to do.
    """
    portals = [installed_portal(app) for _ in range(plan.portals)]
    people = [_hire(app, plan, portals, number) for number in range(plan.people)]
    damage = Damage(app, plan, line)
    began = time.monotonic()
    all_at_work(people, after=damage.after_click)
    worked = time.monotonic()
    for portal in portals:
        app.standin.clear_faults(portal.name)
    await_condition(lambda: app.send("/readyz").status == 200, 20)
    if is_aged:
        past = timezone.now() - timedelta(minutes=2)
        Attempt.objects.filter(state__in=Attempt.OPEN).update(created_at=past, settles_at=past)
    settle(app, seconds=settle_seconds)
    done = Soak(plan, worked - began, time.monotonic() - worked, damage=damage.done)
    done.clicks = [click for person in people for click in person.clicks]
    done.answers = sorted(seconds for person in people for seconds in person.seconds)
    deals = {
        p.name: {d for who in people if who.portal == p.name for d in who.deals} for p in portals
    }
    members = {portal.name: portal.member_id for portal in portals}
    done.audit = audit(app, deals, done.clicks, members=members)
    for person in people:
        for failure in person.failures:
            done.audit.blame("bad answer", failure)
    if done.answers[-1] > ANSWER_LIMIT_SECONDS:
        done.audit.blame("answer that took too long", f"{done.answers[-1]:.1f} s")
    return done


def settle(app: App, *, seconds: float) -> None:
    """Let the command find out about the rest, as cron does, until nothing is open."""
    until = time.monotonic() + seconds
    while Attempt.objects.filter(state__in=Attempt.OPEN).exists() and time.monotonic() < until:
        app.manage("resolve_attempts")
        if Attempt.objects.filter(state__in=Attempt.OPEN).exists():
            time.sleep(_LOOK_SECONDS)


def _hire(app: App, plan: Plan, portals: list[PortalWithApp], number: int) -> Person:
    """A person of a portal; the first two of each share every third deal.

    Those after them are the same two once more, at another browser and on deals of their own.
    """
    portal = portals[number % len(portals)]
    role = ROLES[number // len(portals) % len(ROLES)]
    own = -(-plan.shares()[number] // plan.clicks_per_deal)
    made = [app.standin.add_deal(portal.name, title=f"Deal of {number}") for _ in range(own)]
    deals = [int(deal["id"]) for deal in made]
    if number < len(ROLES) * len(portals):
        deals[::3] = [portal.deal("empty")] * len(deals[::3])
    return Person(app, portal.name, role, deals, plan.person(number))


@contextmanager
def _way_to(database_url: str) -> Iterator[tuple[str, Forwarder | None]]:
    """The address of the database for the app: a PostgreSQL is reached by a line to be cut."""
    parts = urlsplit(database_url)
    if not parts.hostname:
        yield database_url, None
        return
    with forwarder_to(parts.hostname, parts.port or 5432) as line:
        there = f"{parts.username}@127.0.0.1:{line.port}"
        yield urlunsplit(parts._replace(netloc=there)), line
