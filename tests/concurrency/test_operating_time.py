"""A method that has used up its time on a portal rests there, in every process, and alone."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from b24app.models import PortalPace
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, told
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.servers.another_app import another_app, open_tab_at

LIST = "crm.item.payment.list"
DEALS = ("fresh", "empty", "billed")


def use_up(portal: PortalWithApp, method: str, **switches: Any) -> None:
    """The portal gives this method ten seconds, and counts six for each of its calls."""
    portal.standin.switch(
        portal.name, operating_limit=10, operating_cost={method: 6, "other": 0}, **switches
    )


def paused(portal: PortalWithApp) -> dict[str, Any]:
    row = PortalPace.objects.get(member_id=portal.member_id)
    return {method: usage for method, usage in json.loads(row.methods).items() if usage[2]}


def test_no_process_calls_a_method_before_its_time_is_there_again(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    quick = installed_portal(portal.app)
    with another_app(portal.app, tmp_path, B24_OPERATING_SECONDS="10") as app:
        use_up(portal, ADD)
        told_so = [told(app.press_add(open_tab_at(app, portal, deal))) for deal in DEALS]
        assert [say.ADDED in words for words in told_so] == [True, True, False]
        assert say.PAUSED in told_so[2]
        [(method, (_, reset_at, _))] = paused(portal).items()
        assert method == ADD
        assert 400 < reset_at - time.time() <= 600
        portal.standin.clear_calls(portal.name)
        for each in (app, portal.app):
            tab = open_tab_at(each, portal)
            assert tab.status == 200
            page = each.press_add(tab)
            assert say.PAUSED in page.alert_text, told(page)
    assert portal.calls(ADD) == []
    assert say.ADDED in quick.app.press_add(quick.open_tab()).status_text


def test_the_same_where_the_portal_takes_no_add_in_a_batch(portal: PortalWithApp) -> None:
    use_up(portal, ADD, **REFUSED_IN_BATCH)
    pages = [portal.app.press_add(portal.open_tab(deal)) for deal in DEALS]
    assert say.PAUSED in pages[2].alert_text, told(pages[2])
    portal.standin.clear_calls(portal.name)
    assert say.PAUSED in portal.app.press_add(portal.open_tab()).alert_text
    assert portal.calls(ADD) == []


def test_a_read_that_rests_is_left_out_and_the_others_go_on(portal: PortalWithApp) -> None:
    use_up(portal, LIST)
    for _ in range(3):
        portal.open_tab()
    assert list(paused(portal)) == [LIST]
    portal.standin.clear_calls(portal.name)
    tab = portal.open_tab()
    assert tab.status == 200
    assert say.PAUSED in tab.alert_text
    assert portal.calls(LIST) == []
    assert portal.calls("crm.item.get")
