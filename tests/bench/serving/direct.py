"""The rival without a server, at home in a portal of its own: its page is the tab of the deals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.load.portals import TAB
from tests.bench.rivals.pages import serve_direct
from tests.standin.client import StandIn
from tests.standin.portal import StandInPortal


@dataclass(frozen=True)
class Direct:
    portal: StandInPortal
    origin: str


@contextmanager
def direct_portal(standin: StandIn) -> Iterator[Direct]:
    """A portal in which the rival's page is bound, while its files are served."""
    with serve_direct() as sites:
        portal = StandInPortal(standin, standin.create_portal(installed=True))
        portal.result(
            "placement.bind", "admin", PLACEMENT=TAB, HANDLER=sites.url("direct", "/tab/")
        )
        yield Direct(portal, sites.url("direct", ""))
