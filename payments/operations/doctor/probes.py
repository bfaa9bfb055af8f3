"""The probes of payments in their order."""

from __future__ import annotations

from collections.abc import Iterator

from b24app.operations.doctor.observation import Mark, Observation, Probes, Witness
from b24app.rest.errors import AccessDenied, ItemNotFound
from payments.operations.doctor import answers, money, rows
from payments.operations.doctor.evidence import gather, newest_item
from payments.types import DEAL, Item

_OF_ROWS = (
    rows.names_of_parts,
    rows.marks_of_rows,
    rows.adding_up,
    money.tax_on_top,
    money.sums_of_payments,
)
_OF_ANSWERS = (
    money.chosen_pay_system,
    answers.references,
    answers.right_to_orders,
    answers.codes,
    answers.decimals,
    answers.maker,
    answers.pay_systems,
    answers.payment_link,
)


def ask(witness: Witness, deal: int | None) -> Iterator[Observation]:
    """What one deal tells; without a number the item where the app made its newest payment."""
    item = newest_item(witness) if deal is None else Item(DEAL, deal)
    if item is None:
        seen = "The app has made no payment in this portal."
        yield Observation("deal", seen, "Add one in a deal, or name a deal: --deal ID.", Mark.OPEN)
        return
    subject = f"{'invoice' if item.is_invoice else 'deal'} {item.id}"
    try:
        evidence = gather(witness, item)
    except (AccessDenied, ItemNotFound) as error:
        seen = f"Person {witness.actor.user.user_id} cannot read it [{error.kind}]."
        yield Observation(subject, seen, "Name another with --deal ID.", Mark.OPEN)
        return
    look = evidence.look
    seen = f"{len(look.products)} rows, {len(look.payments)} payments."
    yield Observation(subject, seen, "All that follows was read there.")
    if look.rows_error:
        seen = f"They cannot be read: several orders, perhaps [{look.rows_error.kind}]."
        yield Observation("rows of the deal", seen, "The tab offers an empty payment.", Mark.OPEN)
    else:
        yield from (probe(evidence) for probe in _OF_ROWS)
        yield from rows.twins(evidence)
    yield from (probe(evidence) for probe in _OF_ANSWERS)


PROBES = Probes(
    about="deal",
    help="say how the portal behaves, by this deal; else by the one of the app's newest payment",
    ask=ask,
)
