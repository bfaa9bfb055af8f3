"""Check the ways of serving without a server to try them on: Dockerfile, compose file, units.

`python -m tools.deployment.check` names every contradiction and fails if there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.healthcheck import PORT
from tools.deployment.containers import container_problems
from tools.deployment.settings_names import documented_names, read_names, sample_names
from tools.deployment.units import command_names, unit_problems
from tools.steps import ROOT

_COMPOSE = ROOT / "compose.yaml"
# Known to the compose file and the proxy alone.
_COMPOSE_ONLY = {"POSTGRES_PASSWORD"}
_OF_IMAGES = {"POSTGRES_USER", "POSTGRES_DB", "UPSTREAM"}


def main() -> None:
    """Print the problems; the exit status tells whether there is one."""
    problems = [
        *name_problems(),
        *dockerfile_problems(),
        *compose_problems(),
        *container_problems(yaml.safe_load(_COMPOSE.read_text())),
        *port_problems(),
        *unit_problems(),
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


def name_problems() -> Iterator[str]:
    """Every setting stands in the sample and in the documentation, and nothing else does."""
    read = read_names()
    for where, names in (
        ("docs/configuration.md", documented_names()),
        ("deploy/env.example", sample_names() - _COMPOSE_ONLY),
    ):
        yield from (f"{where} lacks {name}" for name in sorted(read - names))
        yield from (f"{where} names {name}, which nobody reads" for name in sorted(names - read))
    text = _COMPOSE.read_text()
    used = set(re.findall(r"\$\{([A-Z_]+)", text)) | _environment_of(yaml.safe_load(text))
    known = read | _COMPOSE_ONLY | _OF_IMAGES
    yield from (f"compose.yaml sets {name}, which nobody reads" for name in sorted(used - known))


def dockerfile_problems() -> Iterator[str]:
    """What is copied exists and is let through, packages have hashes, and no user is root."""
    text = (ROOT / "Dockerfile").read_text()
    let_through = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            if not (ROOT / source).exists():
                yield f"Dockerfile copies {source}, which does not exist"
            if not any(source == path or source.startswith(f"{path}/") for path in let_through):
                yield f"Dockerfile copies {source}, which .dockerignore keeps out"
    if not re.search(r"^RUN .*pip install .*--require-hashes", text, re.MULTILINE):
        yield "Dockerfile installs packages without their hashes"
    if not re.search(r"^USER (?!root)\w+$", text, re.MULTILINE):
        yield "Dockerfile serves as root"
    secrets = {"SECRET_KEY", "B24_CLIENT_SECRET", "TOKEN_KEYS", "METRICS_TOKEN"}
    yield from (f"Dockerfile names {name}" for name in sorted(secrets) if name in text)


def compose_problems() -> Iterator[str]:
    """Services know each other, their files exist, and their commands are ours."""
    compose = yaml.safe_load(_COMPOSE.read_text())
    services: dict[str, dict[str, Any]] = compose["services"]
    for name, service in services.items():
        for other in service.get("depends_on", ()):
            if other not in services:
                yield f"compose.yaml: {name} waits for {other}, which is not there"
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            is_there = (ROOT / source).exists() if "/" in source else source in compose["volumes"]
            if not is_there:
                yield f"compose.yaml: {name} mounts {source}, which is not there"
        words = " ".join(service.get("command", ()))
        for command in re.findall(r"manage\.py (\w+)", words):
            if command not in command_names():
                yield f"compose.yaml: {name} runs manage.py {command}, which does not exist"


def port_problems() -> Iterator[str]:
    """Image, health check, proxy and unit agree on one port."""
    places = {
        "Dockerfile": rf"^EXPOSE {PORT}$",
        "Dockerfile ": rf"0\.0\.0\.0:{PORT}\"",
        "compose.yaml": rf"UPSTREAM: app:{PORT}$",
        "deploy/Caddyfile": rf"127\.0\.0\.1:{PORT}\}}",
        "deploy/systemd/deal-payments-app.service": rf"--bind 127\.0\.0\.1:{PORT}$",
    }
    for place, pattern in places.items():
        if not re.search(pattern, Path(ROOT, place.strip()).read_text(), re.MULTILINE):
            yield f"{place.strip()} does not use port {PORT}"


def _environment_of(compose: dict[str, Any]) -> set[str]:
    services = compose["services"].values()
    return {name for service in services for name in service.get("environment", ())}


if __name__ == "__main__":
    main()
