"""The stand-in and a throw-away app for the official clients, and a fresh portal for each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from b24pysdk import BitrixApp, BitrixToken, Config
from b24pysdk.client import ClientV2
from b24pysdk.credentials import OAuthPlacementData

from tests.contract.proxy import start_proxy
from tests.contract.throwaway import ThrowAway, serve_throwaway
from tests.standin.client import StandIn
from tests.standin.office import AnyOffice
from tests.standin.process import start_standin
from tests.support.servers.certificates import Authority

RETRY_SECONDS = 0.01
SDK_APP = BitrixApp(client_id="local.standin.app", client_secret="fake-client-secret")


@dataclass(frozen=True)
class Office(AnyOffice):
    """A portal with the app installed, for one test."""

    def payments_of(self, deal: int) -> list[dict[str, Any]]:
        return [each for each in self.state()["payments"] if each["deal_id"] == deal]

    def launch_form(self, user: str = "sales", **launch: Any) -> dict[str, str]:
        """All that reaches the app when a user opens it: the query and the form."""
        made = self.standin.launch(self.name, user=user, **launch)
        return {**dict(parse_qsl(urlsplit(made["url"]).query)), **made["fields"]}

    def token(self, user: str = "sales") -> BitrixToken:
        """The SDK's token, made from a launch as the SDK makes it."""
        data = OAuthPlacementData.from_dict(self.launch_form(user))
        return BitrixToken.from_oauth_placement_data(data, SDK_APP)

    def client(self, user: str = "sales") -> ClientV2:
        return self.token(user).get_client()


@pytest.fixture(scope="session")
def throwaway() -> Iterator[ThrowAway]:
    with serve_throwaway() as app:
        yield app


@pytest.fixture(scope="session")
def standin(throwaway: ThrowAway) -> Iterator[StandIn]:
    with start_standin(throwaway.origin) as running:
        yield running


@pytest.fixture
def office(standin: StandIn) -> Office:
    return Office(standin, standin.create_portal(installed=True))


@pytest.fixture(scope="session")
def sdk_environment(
    standin: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with start_proxy(standin, authority) as environment:
        yield environment


@pytest.fixture
def sdk(
    office: Office, sdk_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """The portal within reach of the official Python SDK, which retries without long pauses."""
    for name, value in sdk_environment.items():
        monkeypatch.setenv(name, value)
    config = Config()
    usual = config.default_initial_retry_delay, config.default_retry_delay_increment
    config.default_initial_retry_delay, config.default_retry_delay_increment = RETRY_SECONDS, 0
    yield office
    config.default_initial_retry_delay, config.default_retry_delay_increment = usual
