"""Which addresses are a portal's, and which addresses this server may connect to.

Pure: strings in, facts out. A name in another script is the same name in ASCII (`host_names.py`),
and is judged as that. Nothing here opens a connection; the check of a resolved address is called by
the transport at the moment of connecting, so that a name cannot change between check and use.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, zip_longest
from urllib.parse import urlsplit

from b24app.protocol.host_names import ascii_name, readable_name

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+{_LABEL}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")
# Of IPv6 these numbers alone are given out for the internet (RFC 4291, section 2.4); NAT64 leads on
# from there to an IPv4 address in its last bits (RFC 6052). Pythons differ in what else is global.
_IPV6_INTERNET = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV6_DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_MOST_ADDRESSES = 4


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

    @property
    def name(self) -> str:
        """The host for people to read; `host` is what leads there."""
        return readable_name(self.host)


@lru_cache(maxsize=4096)
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
    return Endpoint(scheme=scheme, host=_checked_host(host), path=path)


def typed_endpoint(text: str, *, allow_insecure: bool) -> Endpoint:
    """The portal that a person means by what they typed, or pasted from the address bar.

    Scheme, host and port count, the rest of a pasted address does not; http becomes https. Where
    `allow_insecure`, http stays, and this machine's own names have no https. Raises HostRefused.
    """
    scheme, rest = "", text.strip()
    if match := _SCHEME.match(rest):
        scheme, rest = match[1].lower(), rest[match.end() :]
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not scheme or (scheme == "http" and not allow_insecure):
        is_ours = allow_insecure and is_loopback_name(netloc.partition(":")[0].lower())
        scheme = "http" if is_ours else "https"
    return parse_endpoint(f"{scheme}://{netloc}/", allow_insecure=allow_insecure)


def normalise_host(text: str) -> str:
    """`text` as a host in lower case; a port stays unless it is a scheme's own.

    Raises HostRefused if it is not a host.
    """
    return _checked_host(text).removesuffix(":443").removesuffix(":80")


def _checked_host(text: str) -> str:
    name, colon, port = text.strip().lower().partition(":")
    try:
        name = ascii_name(name)
    except ValueError as error:
        raise HostRefused(f"not a portal's host: {text[:80]!r}") from error
    host = f"{name}{colon}{port}"
    if not _HOST.fullmatch(name) or _is_address(name):
        raise HostRefused(f"not a portal's host: {text[:80]!r}")
    if ":" in host and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise HostRefused(f"not a port: {text[:80]!r}")
    return host


def is_loopback_name(name: str) -> bool:
    """Whether a name means this machine by definition (RFC 6761, section 6.3)."""
    return name == "localhost" or name.endswith(".localhost")


def is_public_address(text: str) -> bool:
    """Whether a resolved IP address is on the public internet, also under an IPv6 cover."""
    address = ipaddress.ip_address(text.split("%", 1)[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return _is_public_ipv4(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _IPV6_INTERNET or address in _IPV6_DOCUMENTATION:
            return False
        covered = address.teredo[1] if address.teredo is not None else address.sixtofour
        return address.is_global and (covered is None or _is_public_ipv4(covered))
    return _is_public_ipv4(address)


def _is_public_ipv4(address: ipaddress.IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


def is_loopback_address(text: str) -> bool:
    return ipaddress.ip_address(text.split("%", 1)[0]).is_loopback


def few_in_turn(addresses: Sequence[str]) -> list[str]:
    """As many of a name's addresses as are tried, both families in turn, the first one's first.

    A name can have thousands that never answer, or a whole family that leads nowhere.
    """
    is_first = [(":" in address) == (":" in addresses[0]) for address in addresses]
    one = [address for address, is_it in zip(addresses, is_first, strict=True) if is_it]
    other = [address for address, is_it in zip(addresses, is_first, strict=True) if not is_it]
    in_turn = chain.from_iterable(zip_longest(one, other))
    return [address for address in in_turn if address is not None][:_MOST_ADDRESSES]


def _is_address(name: str) -> bool:
    """Whether a name would be read as an IP address, in decimal, octal or hexadecimal parts."""
    last = name.rsplit(".", 1)[-1]
    return last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) is not None
