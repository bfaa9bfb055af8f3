"""Check what the containers of the compose file may do: what each needs, and with an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PROXY, _DATABASE = "proxy", "database"
_NEEDED = {
    "cap_drop": ["ALL"],
    "read_only": True,
    "security_opt": ["no-new-privileges:true"],
}
_LIMITS = ("mem_limit", "pids_limit")
# What begins as root and does not stay so, and what listens at ports below 1024.
_CAPABILITIES = {
    _DATABASE: {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
    _PROXY: {"NET_BIND_SERVICE"},
}


def container_problems(compose: dict[str, Any]) -> Iterator[str]:
    """What is missing of limits, what a container has beyond its needs, and who meets whom."""
    services: dict[str, dict[str, Any]] = compose["services"]
    for name, service in services.items():
        yield from (f"compose.yaml: {name} {problem}" for problem in _problems_of(name, service))
        for network in service.get("networks", ()):
            if network not in compose["networks"]:
                yield f"compose.yaml: {name} is in {network}, which is not there"
    shared = set(services[_PROXY]["networks"]) & set(services[_DATABASE]["networks"])
    if shared:
        yield f"compose.yaml: {_PROXY} reaches {_DATABASE} in {', '.join(sorted(shared))}"
    for network in services[_DATABASE]["networks"]:
        if not (compose["networks"][network] or {}).get("internal"):
            yield f"compose.yaml: {_DATABASE} reaches the internet in {network}"


def _problems_of(name: str, service: dict[str, Any]) -> Iterator[str]:
    for key, value in _NEEDED.items():
        if service.get(key) != value:
            yield f"lacks {key}: {value}"
    yield from (f"has no {limit}" for limit in _LIMITS if not service.get(limit))
    added = set(service.get("cap_add", ())) - _CAPABILITIES.get(name, set())
    yield from (f"may {capability}, which it does not need" for capability in sorted(added))
    for place in service.get("tmpfs", ()):
        if "size=" not in place:
            yield f"has {place} in memory without a size"
    if not service.get("networks"):
        yield "is in the network of all"
