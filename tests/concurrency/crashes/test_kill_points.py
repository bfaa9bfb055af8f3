"""A worker killed at each point of an add: the person who goes on has exactly one payment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD
from tests.support.people.deaths import POINTS, die_and_go_on, go_on, kill_at, mortal_app
from tests.support.portal import PortalWithApp

UNNOTED = "--config python:tests.unguarded.clicks.unnoted"


@pytest.fixture(scope="module")
def app_to_kill(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with mortal_app(running_app, tmp_path_factory.mktemp("points")) as app:
        yield app


@pytest.fixture(scope="module")
def unnoted_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with mortal_app(running_app, tmp_path_factory.mktemp("unnoted"), UNNOTED) as app:
        yield app


@pytest.mark.parametrize("point", POINTS)
def test_a_click_that_died_and_is_made_again_has_one_payment(
    portal: PortalWithApp, app_to_kill: App, point: str
) -> None:
    die_and_go_on(app_to_kill, portal, point, portal.deal("fresh"))
    assert len(portal.calls(ADD)) == 1


@pytest.mark.parametrize("point", ["sent", "answered"])
def test_without_the_note_before_it_the_same_click_is_sent_twice(
    portal: PortalWithApp, unnoted_app: App, point: str
) -> None:
    deal = portal.deal("fresh")
    tab = kill_at(unnoted_app, portal, point, deal)
    assert say.ADDED in go_on(unnoted_app, tab).status_text
    assert len(portal.payments_of(deal)) == 2
