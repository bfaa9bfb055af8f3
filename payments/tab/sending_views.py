"""Sending the client's link: the menu with its text, and a note of what was opened."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from b24app.frame.session import FrameSession
from b24app.messages.notice import Notice
from b24app.messages.request_errors import unreadable
from b24app.portals.actors import Actor
from b24app.rest.errors import RestError
from b24app.web.fragments import fragment, is_from_script
from payments.commands.links.invitation import Invitation, InvitationInvalid, read_invitation
from payments.commands.links.sending import (
    NotVerified,
    PaidAlready,
    find_clients,
    invite,
    note,
)
from payments.messages import actions, letter
from payments.messages import sending as messages
from payments.sending.channels import Channel
from payments.tab.decorators import payment_of_card_required
from payments.tab.forms import SendForm, SentForm
from payments.tab.responses import respond
from payments.tab.sending import Menu, Wish
from payments.tab.state import TabState
from payments.types import Client

_ICONS = {Channel.EMAIL: "mail-outcome"}


@require_POST
@payment_of_card_required
def send(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int
) -> HttpResponse:
    """The menu, and again in another language, with the client's numbers or an own recipient.

    The portal is asked when it is opened, and for the client; not for anything else.
    """
    is_admin = actor.user.is_admin
    state = TabState(actor, session)
    known = _invitation(request.POST.get("invitation", ""), session, payment_id)
    try:
        invitation = known or invite(actor=actor, item=state.item, payment_id=payment_id)
    except NotVerified:
        return respond(request, state.with_notice(actions.not_verified(is_admin=is_admin)))
    except PaidAlready as paid:
        notice = messages.paid_already(paid.payment)
        return respond(request, state.with_look_now().with_notice(notice))
    except RestError as error:
        return respond(request, state.with_notice(actions.no_link(error, is_admin=is_admin)))
    wish = _wish(SendForm(request.POST))
    clients, about = _clients(state) if wish.has_clients else ((), None)
    menu = Menu(invitation, session, wish, clients, about)
    if is_from_script(request):
        context = {"menu": menu, "bearer": "", "is_open": known is not None}
        return fragment(request, "payments/_sending_row.html", context)
    return respond(request, state.with_menu(menu))


@require_POST
@payment_of_card_required
def sent(
    request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int
) -> HttpResponse:
    """A note in the timeline that the link was opened in an app; the app is open whatever comes."""
    state = TabState(actor, session)
    form = SentForm(request.POST)
    invitation = _invitation(request.POST.get("invitation", ""), session, payment_id)
    if invitation is None or not form.is_valid():
        return respond(request, state.with_notice(unreadable()), status=400)
    channel = Channel(form.cleaned_data["channel"])
    title, text = letter.entry(
        number=invitation.number,
        amount=invitation.amount,
        currency=invitation.currency,
        channel=channel,
    )
    notice = messages.noted()
    try:
        icon = _ICONS.get(channel, str(channel))
        note(actor=actor, item=state.item, title=title, text=text, icon=icon)
    except RestError as error:
        notice = messages.not_noted(error, is_admin=actor.user.is_admin)
    if is_from_script(request):
        return fragment(request, "payments/_sending_note.html", {"notice": notice})
    menu = Menu(invitation, session, _wish(form))
    return respond(request, state.with_menu(menu).with_notice(notice))


def _invitation(text: str, session: FrameSession, payment_id: int) -> Invitation | None:
    """What the page holds of an earlier answer."""
    try:
        return read_invitation(text, session, payment_id)
    except InvitationInvalid:
        return None


def _wish(form: SendForm) -> Wish:
    form.is_valid()
    data = form.cleaned_data
    language = data.get("language") or translation.get_language() or "en"
    return Wish(language, data.get("clients", False), data.get("other", ""))


def _clients(state: TabState) -> tuple[tuple[Client, ...], Notice | None]:
    """The clients that the person may see, and what else there is to say of them."""
    is_admin = state.actor.user.is_admin
    try:
        found = find_clients(actor=state.actor, item=state.item)
    except RestError as error:
        return (), messages.no_clients(error, is_admin=is_admin)
    return found.clients, messages.about_clients(found, is_admin=is_admin)
