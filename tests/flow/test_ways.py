"""The ways of docs/architecture.md are those that Python's own profiler sees."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import fill
from types import FrameType
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from b24app.events.tasks import handle_receipt
from b24app.models import EventReceipt, Portal
from b24app.portals.actors import actor_of
from tests.standin.rest.params import flatten
from tests.support.app import ROOT
from tests.support.events.posted import event
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp, installed_portal, new_portal

ROOMS = ("b24app.", "payments.")
ENGINES = ("b24app.db.sqlite", "b24app.db.postgresql")
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
PURE = next(each["source_modules"] for each in CONTRACTS if each["id"] == "pure")
# What is looked up on the way, and decides nothing about where it goes.
GROUND = (
    *("b24app.telemetry", "b24app.db", "b24app.fast", "b24app.signatures"),
    *("b24app.models", "payments.models"),
    *PURE,
)
QUEUE = "django_tasks_db.DatabaseBackend"
MOST_FILES = {"Launch": 36, "Refresh": 5}


@contextmanager
def traced() -> Iterator[list[str]]:
    """The product's modules in the order of the first call, whatever the database."""
    modules: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        name = str(frame.f_globals.get("__name__"))
        # What has no name or no file was made by Python: a module's own body, a dataclass.
        is_written = "<" not in frame.f_code.co_name[:1] + frame.f_code.co_filename[:1]
        if event == "call" and is_written and name.startswith(ROOMS) and name not in modules:
            modules.append(name)

    sys.setprofile(note)
    try:
        yield modules
    finally:
        sys.setprofile(None)
        modules[:] = [name for name in modules if not name.startswith(ENGINES)]


def walked(modules: list[str]) -> list[str]:
    """Those of them that are no ground."""
    return [name for name in modules if not f"{name}.".startswith(tuple(f"{g}." for g in GROUND))]


def in_room(short: str) -> str:
    """The module of a path that the document gives without its room where it can be no other."""
    if short.startswith(tuple(room[:-1] + "/" for room in ROOMS)):
        return short.replace("/", ".")
    [room] = [room for room in ROOMS if (ROOT / room[:-1] / f"{short}.py").is_file()]
    return room + short.replace("/", ".")


def short(module: str) -> str:
    """A module as the document gives it; `in_room` finds it again."""
    path = module.replace(".", "/")
    bare = path.split("/", 1)[1]
    is_clear = sum((ROOT / room[:-1] / f"{bare}.py").is_file() for room in ROOMS) == 1
    return bare if is_clear else path


def as_it_is(way: list[str], ground: int) -> str:
    """What the document is to say of a way."""
    names = " → ".join(f"`{short(module)}`" for module in way)
    return fill(f"({len(way)} files, and {ground} of the ground): {names}.", 104)


def told(name: str) -> tuple[list[str], int, int]:
    """A way as the document tells it: its modules, their number, and that of the ground."""
    heading = rf"^\*\*{name}\*\*.*?\((\d+) files, and (\d+) of the ground\):\s(.*?)\.\s"
    match = re.search(heading, DOCUMENT, re.MULTILINE | re.DOTALL)
    assert match, f"docs/architecture.md has no way called {name}"
    modules = [in_room(each) for each in re.findall(r"`([\w/]+)`", match[3])]
    return modules, int(match[1]), int(match[2])


@pytest.fixture(autouse=True)
def this_process(portal: PortalWithApp, settings: LazySettings) -> Iterator[None]:
    """The app of this process, as the stand-in's portals know the running one."""
    settings.APP_URL = portal.app.origin
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    yield
    connection.close()


def launch_form(portal: PortalWithApp, **options: Any) -> tuple[str, dict[str, str]]:
    """The path and the fields that a portal's frame posts."""
    made = portal.standin.launch(portal.name, **options)
    return made["url"].removeprefix(portal.app.origin), made["fields"]


def tab_form(portal: PortalWithApp) -> tuple[str, dict[str, str]]:
    options = {"ID": str(portal.deal("fresh"))}
    return launch_form(portal, user="sales", placement="CRM_DEAL_DETAIL_TAB", options=options)


def way_of_launch(portal: PortalWithApp, client: Client) -> list[str]:
    path, fields = tab_form(portal)
    with traced() as modules:
        assert client.post(path, fields).status_code == 200
    return modules


def way_of_add(portal: PortalWithApp, client: Client) -> list[str]:
    path, fields = tab_form(portal)
    answer = client.post(path, fields)
    tab = Page(answer.status_code, {}, answer.content.decode())
    with traced() as modules:
        assert client.post("/payments/add/", tab.form_fields("/payments/add/")).status_code == 200
    return modules


def way_of_refresh(portal: PortalWithApp, client: Client) -> list[str]:
    actor = actor_of(portal.row.pk, portal.row.installer_id or 0)
    with traced() as modules:
        actor.renew()
    return modules


def way_of_install(portal: PortalWithApp, client: Client) -> list[str]:
    newcomer = new_portal(portal.app)
    path, fields = launch_form(newcomer, user="admin", placement="DEFAULT")
    with traced() as modules:
        assert client.post(path, fields).status_code == 200
    assert newcomer.row.state == Portal.State.ACTIVE
    return modules


def way_of_event(portal: PortalWithApp, client: Client) -> list[str]:
    removed = installed_portal(portal.app)
    form = dict(flatten(event(removed, "ONAPPUNINSTALL")))
    removed.standin.change_portal(removed.name, app_present=False, tell=False)
    with traced() as modules:
        assert client.post("/events/", form).status_code == 200
    [receipt] = EventReceipt.objects.filter(member_id=removed.member_id)
    with traced() as later:
        handle_receipt(receipt.pk)
    receipt.refresh_from_db()
    assert receipt.state == EventReceipt.State.HANDLED
    return [*modules, *(name for name in later if name not in modules)]


WAYS = {
    "Launch": way_of_launch,
    "Add": way_of_add,
    "Refresh": way_of_refresh,
    "Install": way_of_install,
    "Event": way_of_event,
}


@pytest.mark.parametrize("name", WAYS)
def test_a_way_goes_where_the_map_says(
    name: str, portal: PortalWithApp, client: Client, settings: LazySettings
) -> None:
    settings.TASKS = {alias: {"BACKEND": QUEUE} for alias in settings.TASKS}
    WAYS[name](portal, client)  # What is loaded once and kept is no part of a way.
    modules = WAYS[name](portal, client)
    way = walked(modules)
    ground = len(modules) - len(way)
    assert told(name) == (way, len(way), ground), as_it_is(way, ground)
    assert len(way) <= MOST_FILES.get(name, 99)
