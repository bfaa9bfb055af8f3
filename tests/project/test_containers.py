"""What `make check` says of containers that may do too much."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.support.app import ROOT
from tools.deployment.containers import container_problems


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def test_the_shipped_ones_may_do_what_they_need(compose: dict[str, Any]) -> None:
    assert list(container_problems(compose)) == []


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [
        ("app", "mem_limit", None),
        ("worker", "pids_limit", None),
        ("database", "cap_drop", []),
        ("proxy", "security_opt", []),
        ("migrate", "read_only", False),
        ("app", "cap_add", ["SYS_ADMIN"]),
        ("proxy", "cap_add", ["NET_BIND_SERVICE", "NET_ADMIN"]),
        ("app", "tmpfs", ["/tmp"]),  # noqa: S108 - a place in a container
        ("events", "networks", []),
        ("events", "networks", ["elsewhere"]),
        ("proxy", "networks", ["front", "inside"]),
        ("database", "networks", ["inside", "out"]),
    ],
)
def test_one_that_may_do_more_is_named(
    compose: dict[str, Any], service: str, key: str, value: object
) -> None:
    compose["services"][service] = {**compose["services"][service], key: value}
    [problem] = container_problems(compose)
    assert service in problem
