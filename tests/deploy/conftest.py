"""The shipped proxy before the running app, where a Caddy is here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.app import App
from tests.support.servers.caddy import Front, start_caddy
from tools.install import engines


@pytest.fixture(scope="session")
def caddy() -> None:
    """What asks for Caddy runs where there is one, and everywhere in CI."""
    if engines.CADDY in engines.missing():
        # A computer whose owner cannot install it still runs the rest; CI does without none.
        (pytest.fail if engines.are_required() else pytest.skip)(engines.explain(engines.CADDY))


@pytest.fixture(scope="session")
def front(
    caddy: None, running_app: App, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    with start_caddy(running_app, tmp_path_factory.mktemp("caddy")) as running:
        yield running
