"""Gives the browser tests their Chromium, the same one that the contract tests use."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("tests.browser.chromium")
