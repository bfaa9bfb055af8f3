"""The shipped proxy and the server behind it agree on what only one of them may end."""

from __future__ import annotations

import re

from tests.support.app import ROOT

# What a request may take on its way between the two.
MARGIN_SECONDS = 5


def test_the_proxy_lets_go_of_a_connection_before_the_server_does() -> None:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    upstream = re.search(r"reverse_proxy [^\n]*\{\n(.*?)\n\t\}", caddy, re.DOTALL)
    assert upstream is not None
    kept = re.search(r"transport http \{\s*keepalive (\d+)s\s*\}", upstream[1])
    assert kept is not None
    server = re.search(
        r"^keepalive = (\d+)$", (ROOT / "gunicorn.conf.py").read_text(), re.MULTILINE
    )
    assert server is not None
    assert int(kept[1]) + MARGIN_SECONDS <= int(server[1])
