"""Serves the rival that is a page alone: its HTML, its script, the package from npm; gzipped."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.throwaway import LIBRARY
from tests.support.servers.sites import Asked, Given, Sites, serve_sites

HERE = Path(__file__).parent
_SCRIPT = "text/javascript; charset=utf-8"
_FILES = {"/b24jssdk.js": LIBRARY, "/direct.js": HERE / "direct.js"}
_PACKED = [("Content-Encoding", "gzip"), ("Cache-Control", "max-age=3600")]


@contextmanager
def serve_direct() -> Iterator[Sites]:
    """The page answers at every path that is no script."""
    packed = {path: gzip.compress(file.read_bytes()) for path, file in _FILES.items()}
    page = gzip.compress((HERE / "direct.html").read_bytes())

    def answer(asked: Asked) -> Given:
        path = asked.path.partition("?")[0]
        if path in packed:
            return Given(packed[path], headers=_PACKED, content_type=_SCRIPT)
        return Given(page, headers=_PACKED[:1])

    with serve_sites(answer) as sites:
        yield sites
