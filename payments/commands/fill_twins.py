"""Putting twins into a payment: one by one, from the last row to the first, each step read back.

Bitrix24 finds the basket item of a row by its product. Where every twin has an item of its own, the
order from the last to the first comes out right; saving the rows of a deal that has an order gives
each its own (crm/lib/order/orderdealsynchronizer). Neither is taken for granted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from b24app.portals.actors import Actor
from b24app.rest.errors import RestError
from payments.billing.prices import HALF_A_CENT
from payments.commands.looking import look_at
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import Look
from payments.gateway.composition import put_in
from payments.types import Payment, Portion, Product, PutIn

log = logging.getLogger(__name__)
# What a person waits for, and what the proxy in between does; the rest can be added afterwards.
_LONGEST_SECONDS = 15.0


def may_save_rows(look: Look, twins: Sequence[Portion]) -> bool:
    """Whether saving is safe now, or no longer needed; a look with gaps or doubts tells neither."""
    return look.offer.can_save_rows or _are_apart(look, twins)


def save_rows(actor: Actor, look: Look, twins: Sequence[Portion]) -> Look | None:
    """The item after its rows were saved unchanged; None where the twins are not apart after all.

    The rows are compared before and after; any difference ends it.
    """
    if not look.products:
        return None
    if _are_apart(look, twins):
        return look
    last = max(look.products, key=lambda product: (product.sort, product.id))
    try:
        actor.write("save", product_gateway.move_command(last), then={})
    except RestError as error:
        log.warning("saving the rows: no clear answer: %s", error)
    after = look_at(actor, look.item)
    if _essence(look.products) != _essence(after.products):
        log.warning("the rows of %s changed while they were saved", look.item)
        return None
    return after if _are_apart(after, twins) else None


def put_twins(actor: Actor, look: Look, payment: Payment, twins: Sequence[Portion]) -> PutIn:
    """What got in until the first null, refusal or difference; `twins` are in their order."""
    put = PutIn({})
    amount = payment.amount
    until = time.monotonic() + _LONGEST_SECONDS
    for portion in twins:
        if time.monotonic() > until:
            break
        reads = {"payments": gateway.list_command(look.item)}
        [(key, command)] = product_gateway.put_commands([portion], payment=payment.id).items()
        try:
            answer = actor.write(key, command, then=reads)
            got = put_in([portion], answer)
            put = put.joined(got)
            now = gateway.find_payment(answer.value("payments"), payment.id)
        except RestError as error:
            log.warning("a twin was not put in: %s", error)
            break
        if not got.parts or now is None or portion.promised is None:
            break
        if abs(now.amount - amount - portion.promised) > HALF_A_CENT:
            break
        amount = now.amount
    return put


def _are_apart(look: Look, twins: Sequence[Portion]) -> bool:
    offered = [(look.offer.of_row(portion.row_id), portion.quantity) for portion in twins]
    return all(each and each.is_apart and each.limit >= wanted for each, wanted in offered)


def _essence(products: Sequence[Product]) -> list[Product]:
    """The rows without what saving is to change: their places and their basket items."""
    return [replace(product, basket_id=None, sort=0) for product in products]
