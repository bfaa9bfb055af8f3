"""The official Python SDK takes the stand-in for a Bitrix24: calls, batches, a refresh, errors."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from b24pysdk import BitrixApp, BitrixToken
from b24pysdk.api.requesters.bitrix_oauth_requester import BitrixOAuthRequester
from b24pysdk.errors import BitrixAPIError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.portal.client import StandIn
from tests.portal.process import start_standin

HOSTS = ["alpha.localhost", "oauth.localhost"]
LOOPBACK = "127.0.0.1"


def write_certificate(path: Path) -> Path:
    """A key and its own certificate for `HOSTS`, good for a day."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(map(x509.DNSName, HOSTS)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(pem))
    return path


@pytest.fixture(scope="module")
def tls_standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    pem = write_certificate(tmp_path_factory.mktemp("tls") / "standin.pem")
    with start_standin("http://app.localhost:8000", tls=pem) as running:
        yield running


@pytest.fixture
def token(tls_standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> BitrixToken:
    """The administrator's token of alpha; `*.localhost` resolves as it does in browsers."""
    ask = socket.getaddrinfo

    def resolve(host: str, *args: Any, **kwargs: Any) -> Any:
        return ask(LOOPBACK if host in HOSTS else host, *args, **kwargs)

    origin = tls_standin.oauth_origin
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_standin.tls))
    monkeypatch.setattr(BitrixOAuthRequester, "_OAUTH_TOKEN_URL", f"{origin}/oauth/token/")
    monkeypatch.setattr(BitrixOAuthRequester, "_APP_INFO_URL", f"{origin}/rest/app.info/")
    fields = tls_standin.launch("alpha", user="admin")["fields"]
    return BitrixToken(
        domain=tls_standin.portal("alpha")["host"],
        auth_token=fields["AUTH_ID"],
        refresh_token=fields["REFRESH_ID"],
        bitrix_app=BitrixApp(client_id="local.standin.app", client_secret="fake-client-secret"),
    )


def test_calls(token: BitrixToken) -> None:
    assert token.call_method("profile")["result"]["ID"] == "1"
    params = {"entityId": 108, "entityTypeId": 2, "filter": {">id": 0}}
    payments = token.call_method("crm.item.payment.list", params)["result"]
    assert [payment["sum"] for payment in payments] == [500, 500]


def test_the_oauth_server_describes_the_token(token: BitrixToken, tls_standin: StandIn) -> None:
    result = token.get_app_info().result
    assert (result.client_id, result.user_id) == ("local.standin.app", 1)
    assert result.install.member_id == tls_standin.portal("alpha")["member_id"]


def test_a_batch(token: BitrixToken) -> None:
    params = {"entityId": 101, "entityTypeId": 2}
    answer = token.call_batch(
        {"me": ("profile", {}), "list": ("crm.item.payment.list", params), "no": ("no.thing", {})}
    )["result"]
    assert answer["result"]["me"]["ADMIN"] is True
    assert answer["result"]["list"] == []
    assert answer["result_error"]["no"]["error"] == "ERROR_METHOD_NOT_FOUND"


def test_an_expired_token_is_refreshed(token: BitrixToken, tls_standin: StandIn) -> None:
    old = token.auth_token
    tls_standin.expire("alpha")
    assert token.call_method("profile")["result"]["ID"] == "1"
    assert token.auth_token != old


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("crm.item.payment.get", {"id": 1}, "0"),
        ("crm.item.payment.add", {}, "100"),
        ("no.thing", {}, "error_method_not_found"),
    ],
)
def test_errors(token: BitrixToken, method: str, params: dict[str, Any], code: str) -> None:
    with pytest.raises(BitrixAPIError) as caught:
        token.call_method(method, params)
    assert str(caught.value.error).lower() == code
