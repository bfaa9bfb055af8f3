"""The tab and its fragments: door → command or query → template."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from b24app.access import Actor, open_frame
from b24app.doors import frame_launch, frame_session_required, let_frame
from b24app.frame_session import FrameSession, sign_session
from b24app.launch import Launch
from b24app.messages import explain
from b24app.notices import Notice
from b24app.rest.errors import ItemTypeUnsupported, RestError
from payments import gateway, messages
from payments.claims import KeyReused, NothingSent
from payments.commands import (
    Outcome,
    SomebodyWasFaster,
    add_payment,
    choose_payment,
    resolve_attempt,
)
from payments.desk import Desk, desk_of, entity_of, opened_desk
from payments.forms import AddForm, ChoiceForm
from payments.gateway import Look
from payments.models import Attempt
from payments.outcomes import notice_of
from payments.seen import Seen, SeenInvalid, read_seen
from payments.types import DEAL, INVOICE, Entity


@frame_launch
def deal_tab(request: HttpRequest, launch: Launch) -> HttpResponse:
    return _tab(request, launch, DEAL, place="CRM_DEAL_")


@frame_launch
def invoice_tab(request: HttpRequest, launch: Launch) -> HttpResponse:
    return _tab(request, launch, INVOICE, place="CRM_SMART_INVOICE_")


@require_POST
@frame_session_required
def add(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """One click on Add payment."""
    form = AddForm(request.POST)
    is_admin = actor.user.is_admin
    try:
        if not form.is_valid():
            raise SeenInvalid
        seen = read_seen(form.cleaned_data["seen"], session)
    except SeenInvalid:
        return _answer(request, actor, session, notice=messages.key_conflict(), status=400)
    try:
        outcome = add_payment(
            actor=actor, entity=entity_of(session), key=form.cleaned_data["key"], seen=seen
        )
    except KeyReused:
        return _answer(request, actor, session, notice=messages.key_conflict(), status=409)
    except NothingSent:
        notice = messages.nothing_sent()
        return _answer(request, actor, session, notice=notice, seen=seen, status=503)
    except SomebodyWasFaster as faster:
        notice = messages.someone_was_faster(number=faster.payment.number)
        return _answer(request, actor, session, notice=notice, look=_look(actor, session))
    except RestError as error:
        notice = explain(error, is_admin=is_admin)
        return _answer(request, actor, session, notice=notice, seen=seen)
    return _answer_outcome(request, actor, session, outcome, seen=seen)


@require_GET
@frame_session_required
def attempt(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """What has become of a click; the page asks until it is known."""
    row = _own_attempt(actor, session, key)
    try:
        outcome = resolve_attempt(actor=actor, attempt=row)
    except RestError as error:
        notice = explain(error, is_admin=actor.user.is_admin)
        return _answer(request, actor, session, notice=notice, attempt=row)
    return _answer_outcome(request, actor, session, outcome)


@require_POST
@frame_session_required
def choice(request: HttpRequest, actor: Actor, session: FrameSession, key: UUID) -> HttpResponse:
    """The person says which of several new payments is theirs."""
    row = _own_attempt(actor, session, key)
    form = ChoiceForm(request.POST)
    if form.is_valid():
        row = choose_payment(attempt=row, payment_id=form.cleaned_data["payment"])
    return _answer_outcome(request, actor, session, Outcome(row, look=_look(actor, session)))


def _tab(request: HttpRequest, launch: Launch, entity_type: int, *, place: str) -> HttpResponse:
    """The whole page, readable before any script has run; `place` begins the placement's code."""
    if not launch.placement.startswith(place):
        # A lead's card would open the deal that happens to have its number.
        raise ItemTypeUnsupported
    entity = Entity(entity_type, launch.entity_id())
    frame = open_frame(
        launch, gateway.look_commands(entity), entity_type=entity.type_id, entity_id=entity.id
    )
    look, notice = None, None
    try:
        look = gateway.read_look(frame.answer)
    except RestError as error:
        notice = messages.explain_look(
            error, is_admin=frame.actor.user.is_admin, is_invoice=entity.is_invoice
        )
    desk = opened_desk(frame.actor, frame.session, look=look, notice=notice)
    return _page(request, frame.actor, frame.session, desk)


def _answer_outcome(
    request: HttpRequest,
    actor: Actor,
    session: FrameSession,
    outcome: Outcome,
    *,
    seen: Seen | None = None,
) -> HttpResponse:
    """The answer to a click or a question about one; a closed one shows the card as it is now."""
    look = outcome.look
    is_added = outcome.attempt.state == Attempt.State.ADDED
    if look is None and (is_added or (seen is None and not outcome.attempt.is_open)):
        look = _look(actor, session)
    notice = notice_of(
        Outcome(outcome.attempt, look, outcome.error, outcome.is_card_gone),
        is_admin=actor.user.is_admin,
    )
    response = _answer(
        request, actor, session, notice=notice, look=look, attempt=outcome.attempt, seen=seen
    )
    if is_added:
        response["HX-Trigger"] = "payments:changed"
    return response


def _answer(
    request: HttpRequest,
    actor: Actor,
    session: FrameSession,
    *,
    notice: Notice,
    look: Look | None = None,
    attempt: Attempt | None = None,
    seen: Seen | None = None,
    status: int = 200,
) -> HttpResponse:
    """The changed parts of the page, or the whole page for a browser that runs no script."""
    if "HX-Request" not in request.headers:
        look = look or _look(actor, session)
    desk = desk_of(session, look=look, notice=notice, attempt=attempt, seen=seen)
    if "HX-Request" not in request.headers:
        return _page(request, actor, session, desk)
    return render(request, "payments/_answer.html", {"desk": desk}, status=status)


def _page(request: HttpRequest, actor: Actor, session: FrameSession, desk: Desk) -> HttpResponse:
    context = {"desk": desk, "bearer": sign_session(session)}
    response = render(request, "payments/tab.html", context)
    return let_frame(response, actor.portal.endpoint.origin)


def _look(actor: Actor, session: FrameSession) -> Look | None:
    """The card as it is now, or None: then the list on the page stays."""
    try:
        return gateway.read_look(actor.ask(gateway.look_commands(entity_of(session))))
    except RestError:
        return None


def _own_attempt(actor: Actor, session: FrameSession, key: UUID) -> Attempt:
    """The person's attempt on this card; 404 for anybody else's."""
    row = Attempt.objects.filter(portal=actor.portal, key=key, user_id=actor.user.user_id).first()
    if row is None or row.entity != entity_of(session):
        raise Http404
    return row
