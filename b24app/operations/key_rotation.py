"""Every sealed column, and how a new first key comes to seal all of them.

Safe while the app runs: a value that changed since it was read is left as it is now, because
whoever wrote it has sealed it with the first key already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Model, QuerySet

from b24app.events.receipts import body_aad
from b24app.models import EventReceipt, Portal, PortalUser
from b24app.portals.registry import application_token_aad
from b24app.tokens.store import token_aad
from b24app.vault import SealBroken, Vault

# allauth does not tell whose second factor it is, so all are sealed to the same.
FACTOR_AAD = "mfa_authenticator"
_BATCH = 200


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed values and what each is sealed to; `key` names it in a JSON column."""

    rows: QuerySet[Any]
    name: str
    aad: Callable[[Any], str]
    key: str = ""

    def read(self, row: Model) -> str:
        value = getattr(row, self.name)
        return str(value.get(self.key, "") if self.key else value)

    def changed(self, row: Model, sealed: str) -> Any:
        """The column's value with another sealed one in it."""
        return {**getattr(row, self.name), self.key: sealed} if self.key else sealed


@dataclass
class Resealing:
    """What one run did: how many values have the first key now, and which did not open."""

    resealed: int = 0
    changed_meanwhile: int = 0
    broken: list[str] = field(default_factory=list)


def _user_token_aad(name: str, user: PortalUser) -> str:
    return token_aad(user.portal.member_id, user.user_id, name)


def columns() -> list[SealedColumn]:
    """All columns that hold sealed values."""
    users = PortalUser.objects.select_related("portal")
    tokens = ("access_token", "refresh_token")
    factors = Authenticator.objects.all()
    kinds = ((Authenticator.Type.TOTP, "secret"), (Authenticator.Type.RECOVERY_CODES, "seed"))
    return [
        *(SealedColumn(users, name, partial(_user_token_aad, name)) for name in tokens),
        SealedColumn(Portal.objects.all(), "application_token", application_token_aad),
        SealedColumn(EventReceipt.objects.all(), "body", body_aad),
        *(
            SealedColumn(factors.filter(type=kind), "data", lambda factor: FACTOR_AAD, key)
            for kind, key in kinds
        ),
    ]


def reseal(vault: Vault) -> Resealing:
    """Seal everything with the vault's first key; what does not open stays as it is."""
    done = Resealing()
    for column in columns():
        for row in _rows(column):
            reseal_value(vault, column, row, done)
    return done


def reseal_value(vault: Vault, column: SealedColumn, row: Model, done: Resealing) -> None:
    """Seal one value of a row as it was read, unless it is another by now."""
    old = column.read(row)
    aad = column.aad(row)
    try:
        plain = vault.open(old, aad=aad)
    except SealBroken as broken:
        done.broken.append(f"{row._meta.label} {row.pk} {column.name}: {broken}")
        return
    if _key_id(old) == vault.sealing_key_id:
        return
    before = {column.name: getattr(row, column.name)}
    after = {column.name: column.changed(row, vault.seal(plain, aad=aad))}
    if column.rows.model.objects.filter(pk=row.pk, **before).update(**after):
        done.resealed += 1
    else:
        done.changed_meanwhile += 1


def keys_in_use() -> Counter[str]:
    """How many values each key has sealed, by its id."""
    counts: Counter[str] = Counter()
    for column in columns():
        counts.update(_key_id(column.read(row)) for row in _rows(column))
    return counts


def _rows(column: SealedColumn) -> Iterator[Any]:
    """The rows with a value, a batch at a time, so that no long read stands in a writer's way."""
    rows = column.rows.exclude(**{column.name: ""}).order_by("pk")
    batch = list(rows[:_BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:_BATCH])


def _key_id(sealed: str) -> str:
    return sealed.partition(":")[0]
