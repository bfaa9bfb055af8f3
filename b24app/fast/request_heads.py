"""What stands before the body of a request, written once an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

USER_AGENT = "deal-payments"
_TARGET = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class RequestHead:
    """Where a request goes, and its head up to the length of its body."""

    scheme: str
    host: str
    port: int | None
    netloc: str
    lines: bytes

    def before(self, body: bytes | None) -> bytes:
        """The whole request."""
        if body is None:
            return self.lines + b"\r\n"
        return b"%bContent-Length: %d\r\n\r\n%b" % (self.lines, len(body), body)


# No secret is in an address: tokens travel in bodies.
@lru_cache(maxsize=4096)
def request_head(method: str, url: str) -> RequestHead:
    """The head of a request for JSON; raises ValueError when `url` is not an address."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    if not (parts.hostname and _TARGET.fullmatch(parts.netloc + target)):
        raise ValueError(f"not an address: {url[:80]!r}")
    lines = (
        f"{method} {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept-Encoding: identity",
        "Content-Type: application/json",
        f"User-Agent: {USER_AGENT}",
    )
    head = "".join(f"{line}\r\n" for line in lines).encode()
    return RequestHead(parts.scheme, parts.hostname, parts.port, parts.netloc, head)
