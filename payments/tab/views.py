"""The tab and the attempts to add a payment: session → command → response."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from b24app.frame.access import open_and_repair
from b24app.frame.decorators import frame_launch
from b24app.frame.session import FrameSession
from b24app.models import Portal
from b24app.portals.actors import Actor
from b24app.protocol.launch import Launch
from b24app.rest.client import Command
from b24app.rest.errors import RestError
from b24app.web.fragments import fragment
from payments.commands.add import add_payment, resolve_attempt
from payments.commands.attempts import last_attempt, open_attempt
from payments.commands.claims import KeyReused, NothingSent
from payments.commands.fill import AnotherIsFilling, add_the_rest
from payments.commands.looking import finish_look, look_at
from payments.commands.others import SomebodyWasFaster
from payments.commands.resolve import Outcome, choose_payment
from payments.commands.terms import TermsInvalid, read_terms
from payments.commands.watermark import WatermarkInvalid, read_watermark
from payments.errors import ItemTypeUnsupported
from payments.gateway.card import look_commands
from payments.gateway.pay_systems import due_pay_systems, keep_pay_systems
from payments.messages import adding as messages
from payments.messages import products as product_messages
from payments.models import Attempt
from payments.tab.decorators import card_session_required
from payments.tab.forms import AddForm, ChoiceForm, read_quantities
from payments.tab.responses import page, respond
from payments.tab.state import SHOWN_AT_ONCE, TabState
from payments.types import DEAL, INVOICE, Item


@frame_launch
def deal_tab(request: HttpRequest, launch: Launch) -> HttpResponse:
    return _tab(request, launch, DEAL, prefix="CRM_DEAL_")


@frame_launch
def invoice_tab(request: HttpRequest, launch: Launch) -> HttpResponse:
    return _tab(request, launch, INVOICE, prefix="CRM_SMART_INVOICE_")


@require_POST
@card_session_required
def add(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """Add payment, or Create payment with rows."""
    state = TabState(actor, session)
    form = AddForm(request.POST)
    try:
        if not form.is_valid():
            raise WatermarkInvalid
        watermark = read_watermark(form.cleaned_data["seen"], session)
        terms = read_terms(form.cleaned_data["terms"], session)
    except (WatermarkInvalid, TermsInvalid):
        return respond(request, state.with_notice(messages.key_conflict()), status=400)
    marked = TabState(actor, session, watermark=watermark)
    data = form.cleaned_data
    try:
        typed = read_quantities(request.POST.dict())
        wish = terms.wish(typed, pay_system_id=data["pay_system"], saves_rows=data["saves_rows"])
    except ValueError as refusal:
        notice = product_messages.refused_wish(refusal)
        return respond(request, marked.with_notice(notice), status=400)
    try:
        outcome = add_payment(
            actor=actor,
            item=state.item,
            key=data["key"],
            watermark=watermark,
            wish=wish,
            ledger=terms.ledger if terms.products else None,
        )
    except KeyReused:
        return respond(request, state.with_notice(messages.key_conflict()), status=409)
    except NothingSent:
        return respond(request, marked.with_notice(messages.nothing_sent()), status=503)
    except SomebodyWasFaster as faster:
        return respond(request, marked.with_other(faster.other, faster.look))
    except RestError as error:
        return respond(request, marked.with_error(error))
    return respond(request, marked.with_outcome(outcome))


@require_GET
@card_session_required
def attempt(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """What has become of an attempt; the page asks until it is known."""
    state = TabState(actor, session)
    asked = _own_attempt(state, key)
    try:
        outcome = resolve_attempt(actor=actor, attempt=asked)
    except RestError as error:
        return respond(request, state.with_error(error).with_pending(asked))
    return respond(request, state.with_outcome(outcome))


@require_POST
@card_session_required
def choice(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """The person says which of several new payments is theirs."""
    state = TabState(actor, session)
    asked = _own_attempt(state, key)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return respond(request, state.with_outcome(Outcome(asked)))
    chosen, shown = form.cleaned_data["payment"], form.cleaned_data["shown"]
    try:
        outcome = choose_payment(actor=actor, attempt=asked, payment_id=chosen, shown=shown)
    except RestError as error:
        return respond(request, state.with_error(error).with_pending(asked))
    return respond(request, state.with_outcome(outcome))


@require_POST
@card_session_required
def rest(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """Add the rest: the products of an attempt that did not get into its payment."""
    state = TabState(actor, session)
    filled = _own_attempt(state, key)
    try:
        look, composition = add_the_rest(actor=actor, attempt=filled)
    except AnotherIsFilling:
        return respond(request, state.with_notice(messages.in_progress()))
    except RestError as error:
        return respond(request, state.with_error(error))
    state = state.with_outcome(Outcome(filled, look, composition=composition))
    return respond(request, state.with_pending(open_attempt(actor, state.item)))


@require_GET
@card_session_required
def older(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """The payments beyond those that the tab shows at once."""
    state = TabState(actor, session)
    state = state.with_look(look_at(actor, state.item))
    context = {"state": state, "payments": state.payments[SHOWN_AT_ONCE:], "bearer": ""}
    return fragment(request, "payments/_rows.html", context)


def _tab(request: HttpRequest, launch: Launch, entity_type: int, *, prefix: str) -> HttpResponse:
    """The whole page, readable before any script has run; `prefix` begins the placement's code."""
    if not launch.placement.startswith(prefix):
        # A lead's card would open the deal that happens to have its number.
        raise ItemTypeUnsupported
    item = Item(entity_type, launch.entity_id())

    def reads(portal: Portal | None) -> dict[str, Command]:
        unbatchable = portal.unbatchable if portal else ()
        return {**look_commands(item, unbatchable), **due_pay_systems(portal)}

    frame, _ = open_and_repair(launch, reads, entity_type=item.type_id, entity_id=item.id)
    actor = frame.actor
    keep_pay_systems(actor.portal, frame.answer)
    state = TabState(actor, frame.session)
    try:
        state = state.with_look(finish_look(actor, item, frame.answer))
    except RestError as error:
        is_admin = actor.user.is_admin
        notice = messages.explain_look(error, is_admin=is_admin, is_invoice=item.is_invoice)
        state = state.with_notice(notice)
    return page(request, state.with_pending(last_attempt(actor, item)))


def _own_attempt(state: TabState, key: UUID) -> Attempt:
    """The person's attempt on this card; 404 for anybody else's."""
    actor = state.actor
    own = Attempt.objects.filter(portal=actor.portal, key=key, user_id=actor.user.user_id).first()
    if own is None or own.item != state.item:
        raise Http404
    return own
