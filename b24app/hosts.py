"""Which addresses are a portal's, and which addresses this server may connect to.

Pure: strings in, facts out. Nothing here opens a connection; the check of a resolved address is
called by the transport at the moment of connecting, so that a name cannot change its mind between
check and use.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+{_LABEL}")
_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")
_DEFAULT_PORTS = {"https": 443, "http": 80}


class HostRefused(ValueError):
    """The text is not an address that a portal can have."""


@dataclass(frozen=True)
class Endpoint:
    """Where a portal answers REST, e.g. `https://acme.bitrix24.com/rest/`."""

    scheme: str
    host: str
    path: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"


def parse_endpoint(url: str, *, allow_insecure: bool) -> Endpoint:
    """The endpoint that a `client_endpoint` names.

    The host is lower case and keeps a port that is not its scheme's own. Raises HostRefused for
    user info, queries, bare IP addresses, names without a dot, and (unless `allow_insecure`) http.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise HostRefused(f"not an address: {url[:80]!r}") from error
    scheme = parts.scheme.lower()
    if scheme != "https" and not (allow_insecure and scheme == "http"):
        raise HostRefused("a portal's address begins with https://")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise HostRefused("a portal's address has no user, query or fragment")
    path = parts.path or "/"
    if not _PATH.fullmatch(path):
        raise HostRefused("a portal's address has a plain path")
    host = (parts.hostname or "").lower()
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return Endpoint(scheme=scheme, host=normalise_host(host), path=path)


def normalise_host(text: str) -> str:
    """`text` as a host in lower case with an optional port; raises HostRefused if it is not one."""
    host = text.strip().lower()
    name, _, port = host.partition(":")
    if not _HOST.fullmatch(name) or _is_address(name):
        raise HostRefused(f"not a portal's host: {text[:80]!r}")
    if ":" in host and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise HostRefused(f"not a port: {text[:80]!r}")
    return host.removesuffix(":443").removesuffix(":80")


def is_loopback_name(name: str) -> bool:
    """Whether a name means this machine by definition (RFC 6761, section 6.3)."""
    return name == "localhost" or name.endswith(".localhost")


def is_public_address(text: str) -> bool:
    """Whether a resolved IP address is on the public internet."""
    address = ipaddress.ip_address(text.split("%", 1)[0])
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is not None:
            return embedded.is_global
    return address.is_global and not address.is_multicast


def is_loopback_address(text: str) -> bool:
    return ipaddress.ip_address(text.split("%", 1)[0]).is_loopback


def _is_address(name: str) -> bool:
    """Whether a name would be read as an IP address, in decimal, octal or hexadecimal parts."""
    last = name.rsplit(".", 1)[-1]
    return last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) is not None
