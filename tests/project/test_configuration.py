"""What the documentation and the sample say about the environment, and what is read of it."""

from __future__ import annotations

from tools.deployment.settings_names import documented_names, read_names, sample_names


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert documented_names() == read_names()


def test_the_sample_names_them_all() -> None:
    assert sample_names() - {"POSTGRES_PASSWORD"} == read_names()
