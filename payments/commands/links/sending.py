"""What sending a link needs of the portal: the payment with its link, the client, and a note.

The client's phones and addresses are read when a person asks for them, with that person's rights.
They go to the page and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

from b24app.portals.actors import Actor
from b24app.rest.errors import ItemNotFound, MethodRefused, RestError, UnreadableAnswer
from payments.commands.links.invitation import Invitation
from payments.commands.links.public import Link, ask_again, link_command, read_link
from payments.gateway.clients import client_command, client_commands, read_client, read_client_ids
from payments.gateway.payments import find_payment, one_command
from payments.gateway.timeline import entry_command, read_entry_id
from payments.types import Client, Item, Payment


class NotVerified(Exception):
    """The portal gives no links until its phone or e-mail address is confirmed."""


class PaidAlready(Exception):
    """There is nothing to be paid any more."""

    def __init__(self, payment: Payment) -> None:
        super().__init__()
        self.payment = payment


@dataclass(frozen=True)
class FoundClients:
    """Those of an item's contact and company that could be read, and why others could not."""

    clients: tuple[Client, ...]
    errors: tuple[RestError, ...] = ()


def invite(*, actor: Actor, item: Item, payment_id: int) -> Invitation:
    """The payment as it is now with its link, in one round trip.

    Raises RestError, NotVerified, PaidAlready.
    """
    command = link_command(payment_id)
    answer = actor.ask({"payments": one_command(item, payment_id), "link": command})
    payment = find_payment(answer.value("payments"), payment_id)
    if payment is None:
        raise ItemNotFound
    if payment.is_paid:
        raise PaidAlready(payment)
    is_refused = isinstance(answer.error("link"), MethodRefused)
    link = ask_again(actor, command) if is_refused else read_link(answer.value("link"))
    if link is None:
        raise NotVerified
    return Invitation(
        payment_id, payment.number, payment.amount, payment.currency, _web_address(link)
    )


def find_clients(*, actor: Actor, item: Item) -> FoundClients:
    """The contact and the company of an item, in one round trip; raises RestError for the item."""
    answer = actor.ask(client_commands(item))
    ids = read_client_ids(answer.value("item"))
    known = answer.results.keys() | answer.errors.keys()
    # A portal that lets none be read in a batch resolves no references.
    alone = {name: client_command(name, ids[name]) for name in ids if name not in known}
    if alone:
        answer = answer.followed_by(actor.ask(alone))
    clients, errors = [], []
    for name, client_id in ids.items():
        try:
            clients.append(read_client(answer.value(name), client_id))
        except RestError as error:
            errors.append(error)
    return FoundClients(tuple(clients), tuple(errors))


def note(*, actor: Actor, item: Item, title: str, text: str, icon: str) -> None:
    """Write an entry into the timeline, once; raises RestError."""
    read_entry_id(actor.client.call(entry_command(item, title=title, text=text, icon=icon)))


def _web_address(link: Link) -> str:
    """The link, which other people's programs are to open."""
    if not link.shown.startswith(("https://", "http://")):
        raise UnreadableAnswer(text="not a web address")
    return link.shown
