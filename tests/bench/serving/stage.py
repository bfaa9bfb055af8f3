"""Everything that is measured, running at once: stand-ins, the app, the rivals, portals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import certifi

from tests.bench.load.portals import installed_portal
from tests.bench.serving.contenders import Contender, official, ours, pooled
from tests.bench.serving.servers import own_app, rival
from tests.standin.client import StandIn
from tests.standin.portal import StandInPortal
from tests.standin.process import start_standin
from tests.support.app import App, free_port
from tests.support.servers.certificates import Authority

USERS_PER_PORTAL = 4


@dataclass(frozen=True)
class Stage:
    """`portals` are at the stand-in without TLS, `tls_portals` at the one with it."""

    folder: Path
    standin: StandIn
    app: App
    portals: list[StandInPortal]
    ours: Contender
    pooled: Contender
    tls_app: App
    tls_portals: list[StandInPortal]
    ours_tls: Contender
    official: Contender
    bundle: Path

    def wait_for_answers(self, milliseconds: int) -> None:
        """Let every portal take that long for an answer."""
        for portal in (*self.portals, *self.tls_portals):
            portal.standin.switch(portal.name, latency_ms=milliseconds)


@contextmanager
def set_up(folder: Path, *, users: int) -> Iterator[Stage]:
    """The whole stage for at most so many users at once, the app on SQLite."""
    count = max(1, -(-users // USERS_PER_PORTAL))
    names = [f"portal{number}" for number in range(count)]
    authority = Authority(folder)
    hosts = [f"{name}.localhost" for name in ("oauth", "alpha", "beta", *names)]
    certificate = authority.certificate(*hosts, "127.0.0.1.localhost")
    # The bundle that the clients load: all public authorities, as everywhere, and our own.
    bundle = folder / "bundle.pem"
    bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.bundle.read_bytes())
    port, tls_port = free_port(), free_port()
    trusting = {"SSL_CERT_FILE": str(bundle), "REQUESTS_CA_BUNDLE": str(bundle)}
    with ExitStack() as stack:
        enter = stack.enter_context
        standin = enter(start_standin(f"http://app.localhost:{port}"))
        secure = enter(start_standin(f"http://app.localhost:{tls_port}", tls=certificate))
        app = enter(own_app(standin, f"sqlite:///{folder}/app.sqlite3", folder, port=port))
        tls_app = enter(
            own_app(
                secure,
                f"sqlite:///{folder}/tls.sqlite3",
                folder,
                port=tls_port,
                environment=trusting,
            )
        )
        plain = enter(rival("pooled", folder))
        sdk = enter(rival("official", folder, environment=trusting))
        yield Stage(
            folder=folder,
            standin=standin,
            app=app,
            portals=[installed_portal(app, name) for name in names],
            ours=ours(app),
            pooled=pooled(plain),
            tls_app=tls_app,
            tls_portals=[installed_portal(tls_app, name) for name in names],
            ours_tls=ours(tls_app, "this app, TLS"),
            official=official(sdk),
            bundle=bundle,
        )
