"""What can be done to a payment in the list: door → action → answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from b24app.frame.decorators import frame_session_required
from b24app.frame.session import FrameSession
from b24app.messages.notice import Notice
from b24app.portals.actors import Actor
from b24app.rest.errors import AccessDenied, RestError
from b24app.web.fragments import fragment
from payments.commands.change import Done, act_on_payment, public_link, set_pay_system
from payments.gateway.payments import Action
from payments.messages import actions
from payments.tab.forms import PaySystemForm
from payments.tab.qr import qr_image
from payments.tab.responses import answer
from payments.tab.state import item_of, without_orders


@require_POST
@frame_session_required
def act(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int, action: Action
) -> HttpResponse:
    """Mark as paid, mark as unpaid, delete."""
    done = act_on_payment(actor=actor, item=item_of(session), payment_id=payment_id, action=action)
    notice = actions.done(action, done, is_admin=actor.user.is_admin)
    return _answer(request, actor, session, done, notice)


@require_POST
@frame_session_required
def pay_system(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int
) -> HttpResponse:
    """Another way to pay."""
    form = PaySystemForm(request.POST)
    if not form.is_valid():
        return answer(request, actor, session, notice=actions.no_such_system(), status=400)
    done = set_pay_system(
        actor=actor,
        item=item_of(session),
        payment_id=payment_id,
        pay_system_id=form.cleaned_data["pay_system"],
    )
    notice = actions.pay_system_set(done, is_admin=actor.user.is_admin)
    return _answer(request, actor, session, done, notice)


@require_GET
@frame_session_required
def link(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int
) -> HttpResponse:
    """The client's link with its QR code, or why there is none."""
    is_admin = actor.user.is_admin
    try:
        found = public_link(actor=actor, payment_id=payment_id)
    except RestError as error:
        notice = actions.no_link(error, is_admin=is_admin)
        return answer(request, actor, session, notice=notice)
    if found is None:
        notice = actions.not_verified(is_admin=is_admin)
        return answer(request, actor, session, notice=notice)
    context = {"link": found, "qr": qr_image(found), "payment_id": payment_id}
    return fragment(request, "payments/_link.html", context)


def _answer(
    request: HttpRequest, actor: Actor, session: FrameSession, done: Done, notice: Notice
) -> HttpResponse:
    """The list as it is now; who was refused an order is not offered its actions again."""
    if isinstance(done.error, AccessDenied):
        session = without_orders(session)
        request.frame_session = session  # type: ignore[attr-defined]
    is_done = done.error is None
    return answer(request, actor, session, notice=notice, look=done.look, has_changed=is_done)
