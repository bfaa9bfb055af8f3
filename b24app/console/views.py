"""The pages of the console: all portals, one portal, what can be done to it, forgetting it."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b24app.console.actions import actions
from b24app.console.forms import ForgetForm, SearchForm
from b24app.console.gate import operator_of, operators_only, recently_authenticated
from b24app.console.parts import Told, parts
from b24app.console.queries import facts_of, figures, find_portals, history_of, last_errors
from b24app.models import Portal
from b24app.portals.removal import forget as remove_every_trace

log = logging.getLogger(__name__)


@operators_only
@require_safe
def portals(request: HttpRequest) -> HttpResponse:
    """Figures and portals; on the first page also what needs attention."""
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    sought, state = str(asked.get("q") or "").strip(), str(asked.get("state") or "")
    page = find_portals(sought=sought, state=state, before=asked.get("before"))
    is_first = not (sought or state or asked.get("before"))
    older = urlencode({"q": sought, "state": state, "before": page.older})
    context = {
        "form": form,
        "is_first": is_first,
        "page": page,
        "older": f"?{older}" if page.older else "",
        "figures": [*figures(), *(each for part in parts() for each in part.figures())],
    }
    if is_first:
        context["sections"] = [part.overview() for part in parts()]
        context["errors"] = last_errors()
    return render(request, "console/portals.html", context)


@operators_only
@require_safe
def portal(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is known of one portal, apart from its secrets."""
    row = get_object_or_404(Portal, pk=pk)
    context = {
        "portal": row,
        "facts": facts_of(row),
        "actions": actions(),
        "sections": [part.portal(row) for part in parts()],
    }
    return render(request, "console/portal.html", context)


@operators_only
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One action on a portal; says what came of it on the portal's page."""
    row = get_object_or_404(Portal, pk=pk)
    action = next((each for each in actions() if each.name == name), None)
    if action is None:
        raise Http404
    told = action.run(row)
    _write_down(request, row, action.label, told, flag=CHANGE)
    return redirect("console:portal", pk=row.pk)


@operators_only
@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the portal's host, then deletes all of it."""
    row = get_object_or_404(Portal, pk=pk)
    form = ForgetForm(request.POST or None, host=row.endpoint.host)
    if request.method != "POST" or not form.is_valid():
        return render(request, "console/forget.html", {"portal": row, "form": form})
    remove_every_trace(row, at=timezone.now())
    tombstone = Portal.objects.get(member_id=row.member_id)
    history_of(row).update(object_id=str(tombstone.pk))
    told = Told("Everything of this portal was deleted; this row refuses late events.", True)
    _write_down(request, tombstone, "Forget this portal", told, flag=DELETION)
    return redirect("console:portal", pk=tombstone.pk)


def _write_down(request: HttpRequest, row: Portal, label: str, told: Told, *, flag: int) -> None:
    """What was done and what came of it: in the log, in Django's LogEntry, and on the next page."""
    operator = operator_of(request)
    log.info("operator %s: %s, portal %s: %s", operator.pk, label, row.pk, told.text)
    text = f"{label}: {told.text}"
    LogEntry.objects.log_actions(operator.pk, [row], flag, text, single_object=True)
    level = messages.SUCCESS if told.is_good else messages.ERROR
    messages.add_message(request, level, text)
