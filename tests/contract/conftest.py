"""The stand-in and a throw-away app for the official clients, and a fresh portal for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from b24pysdk import BitrixApp, BitrixToken, Config
from b24pysdk.client import ClientV2
from b24pysdk.credentials import OAuthPlacementData

from tests.contract.proxy import start_proxy
from tests.contract.throwaway import ThrowAway, serve_throwaway
from tests.standin.client import StandIn
from tests.standin.portal import StandInPortal
from tests.standin.process import start_standin
from tests.support.servers.certificates import Authority

RETRY_SECONDS = 0.01
SDK_APP = BitrixApp(client_id="local.standin.app", client_secret="fake-client-secret")


def sdk_token(portal: StandInPortal, user: str = "sales") -> BitrixToken:
    """The SDK's token, made from a launch as the SDK makes it."""
    data = OAuthPlacementData.from_dict(portal.launch(user).everything)
    return BitrixToken.from_oauth_placement_data(data, SDK_APP)


def sdk_client(portal: StandInPortal, user: str = "sales") -> ClientV2:
    return sdk_token(portal, user).get_client()


@pytest.fixture(scope="session")
def throwaway() -> Iterator[ThrowAway]:
    with serve_throwaway() as app:
        yield app


@pytest.fixture(scope="session")
def standin(throwaway: ThrowAway) -> Iterator[StandIn]:
    with start_standin(throwaway.origin) as running:
        yield running


@pytest.fixture
def portal(standin: StandIn) -> StandInPortal:
    return StandInPortal(standin, standin.create_portal(installed=True))


@pytest.fixture(scope="session")
def sdk_environment(
    standin: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with start_proxy(standin, authority) as environment:
        yield environment


@pytest.fixture
def sdk(
    portal: StandInPortal, sdk_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[StandInPortal]:
    """The portal within reach of the official Python SDK, which retries without long pauses."""
    for name, value in sdk_environment.items():
        monkeypatch.setenv(name, value)
    config = Config()
    usual = config.default_initial_retry_delay, config.default_retry_delay_increment
    config.default_initial_retry_delay, config.default_retry_delay_increment = RETRY_SECONDS, 0
    yield portal
    config.default_initial_retry_delay, config.default_retry_delay_increment = usual
