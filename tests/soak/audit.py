"""After a soak: what the app noted down, what the portals have, and what people were told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from payments.models import Attempt
from tests.soak.people import Click
from tests.support.app import App
from tests.support.security.traces import dump

ANSWER_LIMIT_SECONDS = 15.0
_TOKEN_LIKE = re.compile(r"[0-9A-Za-z_-]{32,}")


@dataclass
class Audit:
    """What was counted, and every defect as a line that says where it is."""

    counts: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def blame(self, kind: str, where: object) -> None:
        self.defects[kind] += 1
        self.examples.append(f"{kind}: {where}")


def audit(
    app: App, deals: dict[str, set[int]], clicks: Iterable[Click], *, members: dict[str, str]
) -> Audit:
    """Compare the three accounts; `deals` are those of the soak by portal, `members` their ids."""
    found = Audit()
    told = {(click.portal, click.key): click for click in clicks}
    for portal, member_id in members.items():
        rows = list(Attempt.objects.filter(portal__member_id=member_id))
        made = {
            payment["id"]: payment
            for payment in app.standin.portal(portal)["payments"]
            if payment["deal_id"] in deals[portal]
        }
        _compare(found, portal, rows, made)
        for row in rows:
            click = told.pop((portal, str(row.key)), None)
            _compare_with_words(found, row, click)
    for click in told.values():
        if click.told == "added":
            found.blame("told added, never noted down", click)
    found.counts["clicks never noted down, nothing sent"] = len(told)
    _look_for_secrets(found, app)
    for stray in app.standin.strays():
        found.blame("request to a foreign host", stray)
    return found


def _compare(
    found: Audit, portal: str, rows: list[Attempt], made: dict[int, dict[str, object]]
) -> None:
    """Every payment belongs to one added attempt, every added attempt has its payment."""
    owners: Counter[int] = Counter()
    for row in rows:
        found.counts[f"attempts {row.get_state_display().lower()}"] += 1
        if row.is_open:
            found.blame("attempt without an outcome", row.key)
        if row.state != Attempt.State.ADDED:
            continue
        owners[row.payment_id or 0] += 1
        payment = made.get(row.payment_id or 0)
        if payment is None:
            found.blame("payment lost", row.key)
        elif (payment["deal_id"], payment["created_by"]) != (row.entity_id, row.user_id):
            found.blame("payment of another deal or person", row.key)
    found.counts["payments in the portals"] += len(made)
    for payment_id in made:
        if not owners[payment_id]:
            found.blame("payment twice, or of no attempt", f"{portal} {made[payment_id]}")
        elif owners[payment_id] > 1:
            found.blame("payment of two attempts", f"{portal} {payment_id}")


def _compare_with_words(found: Audit, row: Attempt, click: Click | None) -> None:
    if click is None:
        found.blame("attempt that nobody clicked", row.key)
    elif click.told == "added" and row.state != Attempt.State.ADDED:
        found.blame("told added, but it was not", click)
    elif click.told == "not added" and row.state == Attempt.State.ADDED:
        found.blame("told not added, but it was", click)


def _look_for_secrets(found: Audit, app: App) -> None:
    secrets = set(app.standin.secrets())
    for place, text in (("log", app.log()), ("database", dump())):
        for line in text.splitlines():
            if secrets & set(_TOKEN_LIKE.findall(line)):
                found.blame(f"secret in the {place}", line[:80])
