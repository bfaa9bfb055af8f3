"""Three engines, one after another: each test runs in all of them, and nothing may go wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.browser import Engine
from tests.engines.chromium import Chromium
from tests.engines.firefox import start_firefox
from tests.engines.person import Person
from tests.engines.webkit import start_webkit
from tools.install import engines

CHROMIUM = "Chromium"


@pytest.fixture(scope="session", params=[CHROMIUM, engines.FIREFOX, engines.WEBKIT])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A browser of each kind, started once and gone before the next one starts."""
    name = request.param
    if name in engines.missing():
        # A computer whose owner cannot install it still runs the rest; CI does without none.
        (pytest.fail if engines.are_required() else pytest.skip)(engines.explain(name))
    if name == CHROMIUM:
        yield Chromium(request.getfixturevalue("chromium"))
        return
    found = engines.find_firefox() if name == engines.FIREFOX else engines.find_mini_browser()
    assert found is not None
    start = start_firefox if name == engines.FIREFOX else start_webkit
    with start(found) as running:
        yield running


@pytest.fixture
def person(engine: Engine) -> Iterator[Person]:
    """Somebody at a browser without cookies, for one test."""
    with engine.visit() as page:
        yield Person(page)
        assert page.troubles() == []
