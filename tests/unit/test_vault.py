"""Secrets at rest: what opens a sealed value, and what must not."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.vault import SealBroken, Vault, VaultKeysInvalid

OLD = "old:" + base64.b64encode(b"fake-old-key-of-thirty-two-bytes").decode()
NEW = "new:" + base64.b64encode(b"fake-new-key-of-thirty-two-bytes").decode()
AAD = "portaluser:aa:7:access_token"


@given(st.text(max_size=200).filter(lambda text: text.isprintable()), st.text(max_size=30))
def test_a_sealed_value_opens_with_its_associated_data(plain: str, aad: str) -> None:
    vault = Vault.from_text(NEW)
    assert vault.open(vault.seal(plain, aad=aad), aad=aad) == plain


def test_a_sealed_value_shows_nothing_and_never_repeats() -> None:
    vault = Vault.from_text(NEW)
    sealed = {vault.seal("fake-token", aad=AAD) for _ in range(5)}
    assert len(sealed) == 5
    assert not any("fake-token" in text for text in sealed)


def test_a_value_moved_to_another_row_or_field_does_not_open() -> None:
    vault = Vault.from_text(NEW)
    sealed = vault.seal("fake-token", aad=AAD)
    for aad in ("portaluser:bb:7:access_token", "portaluser:aa:7:refresh_token", ""):
        with pytest.raises(SealBroken):
            vault.open(sealed, aad=aad)


def test_a_new_first_key_seals_and_the_old_one_still_opens() -> None:
    before, during, after = (Vault.from_text(text) for text in (OLD, f"{NEW}, {OLD}", NEW))
    old_seal = before.seal("fake-token", aad=AAD)
    new_seal = during.seal("fake-token", aad=AAD)
    assert during.open(old_seal, aad=AAD) == "fake-token"
    assert after.open(new_seal, aad=AAD) == "fake-token"
    with pytest.raises(SealBroken):
        after.open(old_seal, aad=AAD)


def test_another_key_under_the_same_name_is_an_error() -> None:
    sealed = Vault.from_text(NEW).seal("fake-token", aad=AAD)
    impostor = Vault.from_text("new:" + OLD.partition(":")[2])
    with pytest.raises(SealBroken):
        impostor.open(sealed, aad=AAD)


@given(st.data())
def test_no_changed_byte_goes_unnoticed(data: st.DataObject) -> None:
    vault = Vault.from_text(NEW)
    raw = bytearray(base64.b64decode(vault.seal("fake-token", aad=AAD).partition(":")[2]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        vault.open(f"new:{base64.b64encode(raw).decode()}", aad=AAD)


@pytest.mark.parametrize(
    "sealed", ["new:", "new:AAAA", "new:***", "new", ":AAAA", "gone:AAAA", "fake-token", "new:ключ"]
)
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(SealBroken):
        Vault.from_text(NEW).open(sealed, aad=AAD)


def test_nothing_is_sealed_as_nothing() -> None:
    vault = Vault.from_text(NEW)
    assert vault.seal("", aad=AAD) == ""
    assert vault.open("", aad=AAD) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "new",
        "new:",
        "new:***",
        "new:ключ",
        "new:AAAA",
        ":" + OLD.partition(":")[2],
        "two words:" + OLD.partition(":")[2],
        f"{NEW},{NEW}",
        f"{NEW}==",
    ],
)
def test_malformed_keys_are_refused(text: str) -> None:
    with pytest.raises(VaultKeysInvalid):
        Vault.from_text(text)


def test_a_refusal_does_not_repeat_the_key() -> None:
    key = OLD.partition(":")[2]
    for text in (key, f"{key}:{key}", f"old:{key}x"):
        with pytest.raises(VaultKeysInvalid) as refused:
            Vault.from_text(text)
        assert key not in str(refused.value)


def test_a_vault_does_not_show_its_keys() -> None:
    assert "AESGCM" not in repr(Vault.from_text(NEW))
