"""The rival without a server, at home in a portal of its own: its page is the tab of the deals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.load.offices import TAB, Office
from tests.bench.rivals.pages import serve_direct
from tests.standin.client import StandIn


@dataclass(frozen=True)
class Direct:
    office: Office
    origin: str


@contextmanager
def direct_office(standin: StandIn) -> Iterator[Direct]:
    """A portal in which the rival's page is bound, while its files are served."""
    with serve_direct() as sites:
        about = standin.create_portal(installed=True)
        office = Office(standin, about)
        launch = standin.launch(office.name, user="admin", placement="DEFAULT")
        body = {
            "auth": launch["fields"]["AUTH_ID"],
            "PLACEMENT": TAB,
            "HANDLER": sites.url("direct", "/tab/"),
        }
        answer = standin.send(office.host, "/rest/placement.bind", body=body)
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())
        yield Direct(office, sites.url("direct", ""))
