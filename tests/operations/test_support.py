"""Following one click: from the details on the page to the log, the journal and its story."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from b24app.models import RestCall
from b24app.portals.registry import NOBODY
from tests.flow.add.test_compose import COFFEE, FILTERS, create
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, key_of
from tests.support.portal import PortalWithApp

PUT = "crm.item.payment.product.add"


def refused_click(portal: PortalWithApp) -> tuple[Page, Page]:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "refuse", code="ACCESS_DENIED")
    return tab, portal.app.press_add(tab)


def lines_of(portal: PortalWithApp, request_id: str) -> list[dict[str, Any]]:
    """What the log has of one request."""
    lines = [json.loads(line) for line in portal.app.log().splitlines() if line.startswith("{")]
    return [line for line in lines if line["request_id"] == request_id]


def test_the_details_on_the_page_lead_to_the_log_and_to_the_calls(portal: PortalWithApp) -> None:
    tab, page = refused_click(portal)
    request_id = page.headers["x-request-id"]
    assert page.soup.select("details code")[0].get_text().endswith(f"UTC · {request_id}")
    lines = lines_of(portal, request_id)
    assert {line["portal"] for line in lines} == {portal.row.pk}
    told = " / ".join(line["message"] for line in lines)
    assert f"attempt {key_of(tab)} on 2/{portal.deal('fresh')} begins" in told
    assert f"attempt {key_of(tab)} is refused: access_denied" in told
    calls = RestCall.objects.filter(request_id=request_id)
    assert ADD in " ".join(call.commands for call in calls)


def test_the_story_of_a_click_is_told_by_its_key_and_by_its_request(
    portal: PortalWithApp,
) -> None:
    tab, page = refused_click(portal)
    for name in (key_of(tab), page.headers["x-request-id"]):
        said = portal.app.manage("explain", name).stdout
        assert f"attempt {key_of(tab)}" in said
        assert "access_denied ACCESS_DENIED" in said
        assert f"request {page.headers['x-request-id']}: batch" in said
        assert not [secret for secret in portal.standin.secrets() if secret in said]
    with pytest.raises(subprocess.CalledProcessError):
        portal.app.manage("explain", "0" * 12)


def test_the_story_has_every_command_with_its_parameters_and_what_came_of_it(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, operating_cost=0.5, batch_leaks_403=False)
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, PUT, "refuse", code="0", text="Not today", status=400)
    page = create(portal, tab, {COFFEE: 2, FILTERS: 4})
    said = portal.app.manage("explain", page.headers["x-request-id"]).stdout
    deal, [payment] = portal.deal("fresh"), portal.payments_of(portal.deal("fresh"))
    told = [line.strip() for line in said.splitlines()]
    at = told.index(f'{ADD} {{"entityTypeId": 2, "entityId": {deal}}}')
    assert told[at + 1] == f"result {payment['id']}"
    assert re.fullmatch(r"took [\d.e-]+ s, operating 0.5 s, reset at [\d:]{8} UTC", told[at + 2])
    put = f'{PUT} {{"paymentId": "$result[add]", "rowId": {COFFEE}, "quantity": 2}}'
    assert told[told.index(put) + 1] == "error 0: Not today"
    put = f'{PUT} {{"paymentId": "$result[add]", "rowId": {FILTERS}, "quantity": 4}}'
    assert told[told.index(put) + 1].startswith("result ")
    # Once for the request: who asked, how it went, how long the portal worked.
    assert re.search(r"batch to .* as user 7: HTTP 200, ok, \d+ ms\n  took ", said)
    assert "Coffee" not in said


def test_a_call_of_before_the_journal_kept_parameters_can_be_told(portal: PortalWithApp) -> None:
    RestCall.objects.update(params="", answer="", request_id="0123456789ab")
    said = portal.app.manage("explain", "0123456789ab").stdout
    assert "profile not kept" in said


def test_the_calls_of_a_launch_that_failed_are_kept(portal: PortalWithApp) -> None:
    RestCall.objects.all().delete()
    portal.standin.add_fault(portal.name, "batch", "refuse", code="OVERLOAD_LIMIT", status=403)
    page = portal.open_tab()
    call = RestCall.objects.get()
    assert (call.portal, call.user_id, call.error) == (portal.row, NOBODY, "OVERLOAD_LIMIT")
    assert (call.status, call.request_id) == (403, page.headers["x-request-id"])


@pytest.mark.parametrize("code", ["Ivan Fake, Secret street 1", "f4ke0token" * 6, "x" * 300])
def test_what_a_portal_puts_in_the_place_of_a_code_is_not_kept(
    portal: PortalWithApp, code: str
) -> None:
    tab = portal.open_tab()
    RestCall.objects.all().delete()
    portal.standin.add_fault(portal.name, "batch", "refuse", code=code, status=400)
    portal.app.press_add(tab)
    assert code[:20] not in " ".join(RestCall.objects.values_list("error", flat=True))
    assert RestCall.objects.exclude(error="").exists()
