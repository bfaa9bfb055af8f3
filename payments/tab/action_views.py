"""What can be done to a payment in the list: session → action → response."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from b24app.frame.session import FrameSession
from b24app.portals.actors import Actor
from b24app.rest.errors import RestError
from b24app.web.fragments import fragment
from payments.commands.change import act_on_payment, set_pay_system
from payments.commands.links.public import public_link
from payments.gateway.payments import Action
from payments.messages import actions
from payments.tab.decorators import payment_of_card_required
from payments.tab.forms import PaySystemForm
from payments.tab.qr import qr_image
from payments.tab.responses import respond
from payments.tab.state import TabState


@require_POST
@payment_of_card_required
def act(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int, action: Action
) -> HttpResponse:
    """Mark as paid, mark as unpaid, delete."""
    state = TabState(actor, session)
    done = act_on_payment(actor=actor, item=state.item, payment_id=payment_id, action=action)
    notice = actions.done(action, done, is_admin=actor.user.is_admin)
    return respond(request, state.with_done(done, notice))


@require_POST
@payment_of_card_required
def pay_system(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int
) -> HttpResponse:
    """Another way to pay."""
    state = TabState(actor, session)
    form = PaySystemForm(request.POST)
    if not form.is_valid():
        return respond(request, state.with_notice(actions.no_such_system()), status=400)
    chosen = form.cleaned_data["pay_system"]
    done = set_pay_system(actor=actor, item=state.item, payment_id=payment_id, pay_system_id=chosen)
    notice = actions.pay_system_set(done, is_admin=actor.user.is_admin)
    return respond(request, state.with_done(done, notice))


@require_GET
@payment_of_card_required
def link(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int
) -> HttpResponse:
    """The client's link with its QR code, or why there is none."""
    is_admin = actor.user.is_admin
    state = TabState(actor, session)
    try:
        found = public_link(actor=actor, payment_id=payment_id)
    except RestError as error:
        return respond(request, state.with_notice(actions.no_link(error, is_admin=is_admin)))
    if found is None:
        return respond(request, state.with_notice(actions.not_verified(is_admin=is_admin)))
    context = {"link": found, "qr": qr_image(found), "payment_id": payment_id}
    return fragment(request, "payments/_link.html", context)
