"""Which process of a run gets which test: a pytest plugin."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling

from tests.support.marking import TESTS, text_of

# In such a file several tests share a server or a browser that is started for them.
_SHARED = ('scope="module"', "whole_chromium")


class Scheduling(LoadGroupScheduling):  # type: ignore[misc]
    """Each test goes to the worker that is free; those that share a server or a browser to one.

    So it is started once, and no engine runs beside another. Marks for it do not work: xdist 3.8
    writes the group of a test where pytest 9 does not read it any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder, file = "tests/engines/", nodeid.partition("::")[0]
        if nodeid.startswith(folder):
            return folder
        text = text_of(TESTS.parent / file)
        return file if any(each in text for each in _SHARED) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """Spread the tests over the workers in our way."""
    return Scheduling(config, log) if config.getvalue("dist") == "loadgroup" else None
