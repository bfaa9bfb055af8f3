"""The tab and a click on Add payment: door → command → answer."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from b24app.frame.access import open_and_repair
from b24app.frame.decorators import frame_launch, frame_session_required
from b24app.frame.session import FrameSession
from b24app.messages.rest_errors import explain
from b24app.models import Portal
from b24app.portals.actors import Actor
from b24app.protocol.launch import Launch
from b24app.rest.client import Command
from b24app.rest.errors import RestError
from b24app.web.fragments import fragment
from payments.commands.add import (
    SomebodyWasFaster,
    add_payment,
    resolve_attempt,
)
from payments.commands.attempts import KeyReused, NothingSent, open_attempt
from payments.commands.fill import AnotherIsFilling, add_the_rest
from payments.commands.looking import finish_look, look_at
from payments.commands.resolve import Outcome, choose_payment
from payments.commands.terms import TermsInvalid, read_terms
from payments.commands.watermark import WatermarkInvalid, read_watermark
from payments.errors import ItemTypeUnsupported
from payments.gateway.card import look_commands
from payments.gateway.pay_systems import due_pay_systems, keep_pay_systems
from payments.messages import adding as messages
from payments.messages import products as product_messages
from payments.models import Attempt
from payments.tab.forms import AddForm, ChoiceForm, read_quantities
from payments.tab.responses import answer, answer_outcome, look_now, page
from payments.tab.state import SHOWN_AT_ONCE, desk_of, item_of, opened_desk
from payments.types import DEAL, INVOICE, Item


@frame_launch
def deal_tab(request: HttpRequest, launch: Launch) -> HttpResponse:
    return _tab(request, launch, DEAL, place="CRM_DEAL_")


@frame_launch
def invoice_tab(request: HttpRequest, launch: Launch) -> HttpResponse:
    return _tab(request, launch, INVOICE, place="CRM_SMART_INVOICE_")


@require_POST
@frame_session_required
def add(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """One click on Add payment, or on Create payment with rows."""
    form = AddForm(request.POST)
    try:
        if not form.is_valid():
            raise WatermarkInvalid
        seen = read_watermark(form.cleaned_data["seen"], session)
        terms = read_terms(form.cleaned_data["terms"], session)
    except (WatermarkInvalid, TermsInvalid):
        return answer(request, actor, session, notice=messages.key_conflict(), status=400)
    try:
        wish = terms.wish(
            read_quantities(request.POST.dict()),
            pay_system_id=form.cleaned_data["pay_system"],
            saves_rows=form.cleaned_data["saves_rows"],
        )
    except ValueError as refusal:
        notice = product_messages.refused_wish(refusal)
        return answer(request, actor, session, notice=notice, seen=seen, status=400)
    try:
        outcome = add_payment(
            actor=actor,
            item=item_of(session),
            key=form.cleaned_data["key"],
            watermark=seen,
            wish=wish,
            ledger=terms.ledger if terms.products else None,
        )
    except KeyReused:
        return answer(request, actor, session, notice=messages.key_conflict(), status=409)
    except NothingSent:
        notice = messages.nothing_sent()
        return answer(request, actor, session, notice=notice, seen=seen, status=503)
    except SomebodyWasFaster as faster:
        notice = messages.someone_was_faster(number=faster.number)
        return answer(request, actor, session, notice=notice, look=look_now(actor, session))
    except RestError as error:
        notice = explain(error, is_admin=actor.user.is_admin)
        return answer(request, actor, session, notice=notice, seen=seen)
    return answer_outcome(request, actor, session, outcome, seen=seen)


@require_GET
@frame_session_required
def attempt(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """What has become of a click; the page asks until it is known."""
    row = _own_attempt(actor, session, key)
    try:
        outcome = resolve_attempt(actor=actor, attempt=row)
    except RestError as error:
        notice = explain(error, is_admin=actor.user.is_admin)
        return answer(request, actor, session, notice=notice, attempt=row)
    return answer_outcome(request, actor, session, outcome)


@require_POST
@frame_session_required
def choice(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """The person says which of several new payments is theirs."""
    row = _own_attempt(actor, session, key)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return answer_outcome(request, actor, session, Outcome(row))
    chosen = form.cleaned_data["payment"]
    outcome = choose_payment(actor=actor, attempt=row, payment_id=chosen)
    return answer_outcome(request, actor, session, outcome)


@require_POST
@frame_session_required
def rest(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """Add the rest: the rows of a click that did not get into its payment."""
    row = _own_attempt(actor, session, key)
    try:
        look, composition = add_the_rest(actor=actor, attempt=row)
    except AnotherIsFilling:
        return answer(request, actor, session, notice=messages.in_progress())
    except RestError as error:
        notice = explain(error, is_admin=actor.user.is_admin)
        return answer(request, actor, session, notice=notice)
    outcome = Outcome(row, look, composition=composition)
    later = open_attempt(actor, row.item)
    return answer_outcome(request, actor, session, outcome, open_click=later)


@require_GET
@frame_session_required
def older(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """The payments beyond those that the tab shows at once."""
    look = look_at(actor, item_of(session))
    desk = desk_of(actor, session, look=look, notice=None, attempt=None)
    context = {"desk": desk, "payments": desk.payments[SHOWN_AT_ONCE:], "bearer": ""}
    return fragment(request, "payments/_rows.html", context)


def _tab(request: HttpRequest, launch: Launch, entity_type: int, *, place: str) -> HttpResponse:
    """The whole page, readable before any script has run; `place` begins the placement's code."""
    if not launch.placement.startswith(place):
        # A lead's card would open the deal that happens to have its number.
        raise ItemTypeUnsupported
    item = Item(entity_type, launch.entity_id())

    def reads(portal: Portal | None) -> dict[str, Command]:
        unbatchable = portal.unbatchable if portal else ()
        return {**look_commands(item, unbatchable), **due_pay_systems(portal)}

    frame, _ = open_and_repair(launch, reads, entity_type=item.type_id, entity_id=item.id)
    keep_pay_systems(frame.actor.portal, frame.answer)
    look, notice = None, None
    try:
        look = finish_look(frame.actor, item, frame.answer)
    except RestError as error:
        notice = messages.explain_look(
            error, is_admin=frame.actor.user.is_admin, is_invoice=item.is_invoice
        )
    desk = opened_desk(frame.actor, frame.session, look=look, notice=notice)
    return page(request, frame.actor, frame.session, desk)


def _own_attempt(actor: Actor, session: FrameSession, key: UUID) -> Attempt:
    """The person's attempt on this card; 404 for anybody else's."""
    row = Attempt.objects.filter(portal=actor.portal, key=key, user_id=actor.user.user_id).first()
    if row is None or row.item != item_of(session):
        raise Http404
    return row
