"""The probes of payments in their order."""

from __future__ import annotations

from collections.abc import Iterator

from b24app.operations.doctor.observation import Observation, Probes, Witness
from b24app.rest.errors import AccessDenied, ItemNotFound
from payments.models import Attempt
from payments.operations.doctor import answers, money, rows
from payments.operations.doctor.evidence import OPEN, SEEN, Said, gather
from payments.types import DEAL, Item

_OF_ROWS = {
    "parts of payments": rows.names_of_parts,
    "rows of the deal": rows.marks_of_rows,
    "rows, payments and offer": rows.adding_up,
    "tax on top": money.tax_on_top,
    "sums of payments": money.sums_of_payments,
}
_OF_ANSWERS = {
    "payment system in the add": money.chosen_pay_system,
    "references in a batch": answers.references,
    "right to the order": answers.right_to_orders,
    "error codes": answers.codes,
    "decimals of sums": answers.decimals,
    "payments by their maker": answers.maker,
    "list of payment systems": answers.pay_systems,
    "payment link": answers.payment_link,
}


def ask(witness: Witness, deal: int | None) -> Iterator[Observation]:
    """What one deal tells; without a number the item where the app made its newest payment."""
    for subject, (mark, seen, meaning) in _told(witness, deal):
        yield Observation(subject, seen, meaning, mark)


def _told(witness: Witness, deal: int | None) -> Iterator[tuple[str, Said]]:
    item = _newest_item(witness) if deal is None else Item(DEAL, deal)
    if item is None:
        seen = "The app has made no payment in this portal."
        yield "deal", (OPEN, seen, "Add one in a deal, or name a deal: --deal ID.")
        return
    subject = f"{'invoice' if item.is_invoice else 'deal'} {item.id}"
    try:
        evidence = gather(witness, item)
    except (AccessDenied, ItemNotFound) as error:
        seen = f"Person {witness.actor.user.user_id} cannot read it [{error.kind}]."
        yield subject, (OPEN, seen, "Name another with --deal ID.")
        return
    look = evidence.look
    seen = f"{len(look.products)} rows, {len(look.payments)} payments."
    yield subject, (SEEN, seen, "All that follows was read there.")
    if look.rows_error:
        seen = f"They cannot be read: several orders, perhaps [{look.rows_error.kind}]."
        yield "rows of the deal", (OPEN, seen, "The tab offers an empty payment.")
    else:
        yield from ((name, probe(evidence)) for name, probe in _OF_ROWS.items())
        for numbers, said in rows.twins(evidence).items():
            yield "twins" + numbers, said
    yield from ((name, probe(evidence)) for name, probe in _OF_ANSWERS.items())


def _newest_item(witness: Witness) -> Item | None:
    """The item of the newest click that made a payment in this portal."""
    rows = Attempt.objects.filter(portal=witness.actor.portal, payment_id__isnull=False)
    newest = rows.order_by("-pk").first()
    return newest.item if newest else None


PROBES = Probes(
    about="deal",
    help="say how the portal behaves, by this deal; else by the one of the app's newest payment",
    ask=ask,
)
