"""What the page of debts shows: the deals, their sums, and the months as bars.

Knows no request. The bars are a drawing of the figures beside them, which is all that they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from b24app.frame.session import FrameSession
from b24app.portals.actors import Actor
from payments.billing.owed import NOTHING, Client, Deal, Sums, total_sums
from payments.gateway.deals import Stage
from payments.messages.owed import notes_of
from payments.owed.choosing import Seen, client_of, sign_seen
from payments.owed.reading import Found

# More currencies than these a portal seldom has; their sums stand in the table all the same.
_MONTHS, _MOST_DRAWINGS = 6, 6
_EARLIER = ""


@dataclass(frozen=True)
class Figure:
    """The sums of a deal in one currency; `left` None: nobody knows, or the deal has another."""

    currency: str
    open: Decimal
    paid: Decimal
    left: Decimal | None


@dataclass(frozen=True)
class Line:
    """One deal; without `figures` its payments could not be read."""

    deal: Deal
    client: Client | None
    name: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """A month of a currency, `2026-03`, or all earlier ones; shares are per cent of the most."""

    month: str
    sums: Sums
    paid_share: float
    open_share: float


@dataclass(frozen=True)
class Drawing:
    """Paid and open by month in one currency, oldest first."""

    currency: str
    bars: tuple[Bar, ...]


def shown(actor: Actor, session: FrameSession, before: Seen, found: Found) -> dict[str, object]:
    """The context of the page, or of what follows on `before`."""
    seen = before.with_debts(found.debts)
    names = found.names
    chosen = seen.asked.client
    return {
        "origin": actor.portal.endpoint.origin,
        "lines": lines_of(actor, before, found),
        "seen": seen,
        "sums": sorted(seen.sums.items()),
        "drawings": drawings_of(seen.months),
        "signed": sign_seen(seen, session),
        "has_more": found.has_more,
        "is_slow": found.is_slow,
        "is_one_client": client_of(session) is not None,
        "chosen": chosen,
        "chosen_name": names.get(chosen, "") if chosen else "",
        "typed": seen.asked.typed,
        "stages": list(Stage),
    }


def lines_of(actor: Actor, before: Seen, found: Found) -> list[Line]:
    """The deals that are shown, in the order of the list."""
    return [
        Line(
            deal=debt.deal,
            client=debt.deal.client,
            name=found.names.get(debt.deal.client, "") if debt.deal.client else "",
            figures=tuple(
                Figure(currency, sums.open, sums.paid, debt.left(currency))
                for currency, sums in debt.sums.items()
            ),
            notes=tuple(
                notes_of(debt, found.errors.get(debt.deal.id), is_admin=actor.user.is_admin)
            ),
        )
        for debt in found.debts
        if before.shows(debt)
    ]


def drawings_of(months: Mapping[str, Mapping[str, Sums]]) -> list[Drawing]:
    """A drawing for each currency in which anything is paid or open, of the last months."""
    known = sorted(month for month in months if month)
    late = known[-_MONTHS:]
    early = total_sums(sums for month, sums in months.items() if month not in late)
    rows = [(_EARLIER, early), *((month, months[month]) for month in late)]
    currencies = sorted({currency for _, sums in rows for currency in sums})[:_MOST_DRAWINGS]
    return [
        Drawing(
            currency, _bars([(month, sums[currency]) for month, sums in rows if currency in sums])
        )
        for currency in currencies
    ]


def _bars(rows: list[tuple[str, Sums]]) -> tuple[Bar, ...]:
    most = max([_size(sums) for _, sums in rows], default=NOTHING)
    return tuple(
        Bar(month, sums, _share(sums.paid, most), _share(sums.open, most)) for month, sums in rows
    )


def _size(sums: Sums) -> Decimal:
    return max(sums.paid, NOTHING) + max(sums.open, NOTHING)


def _share(part: Decimal, most: Decimal) -> float:
    return round(float(100 * part / most), 2) if most > 0 and part > 0 else 0.0
