"""People who click at the same moment: one payment for one intention, whatever the order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, await_outcome, key_of, told
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import another_app
from tests.support.waiting import at_once, await_condition

THREADS = 16
UNGUARDED = "--config python:tests.unguarded.clicks"


def test_a_double_click_adds_one_payment(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=10)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(portal.app.press_add, tab)
        await_condition(lambda: portal.calls(ADD))
        second = portal.app.press_add(tab)
        assert say.IN_PROGRESS in second.status_text, told(second)
        portal.standin.release(portal.name)
        assert say.ADDED in first.result().status_text
    assert say.ADDED in await_outcome(portal.app, tab, second).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_the_same_key_from_many_threads_at_once_adds_one_payment(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    pages = at_once([partial(portal.app.press_add, tab)] * THREADS)
    for page in pages:
        assert page.status == 200
        assert say.ADDED in await_outcome(portal.app, tab, page).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
    assert len(portal.calls(ADD)) == 1


def test_two_tabs_of_one_person_on_one_deal_have_one_click_in_progress(
    portal: PortalWithApp,
) -> None:
    first_tab, second_tab = portal.open_tab(), portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=10)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(portal.app.press_add, first_tab)
        await_condition(lambda: portal.calls(ADD))
        second = portal.app.press_add(second_tab)
        assert say.IN_PROGRESS in second.status_text, told(second)
        assert second.polled_key == key_of(first_tab)
        portal.standin.release(portal.name)
        assert say.ADDED in first.result().status_text
    assert say.ADDED in await_outcome(portal.app, second_tab, second).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_two_keys_of_one_person_at_the_very_same_moment_never_add_without_saying_so(
    portal: PortalWithApp,
) -> None:
    tabs = [portal.open_tab(), portal.open_tab()]
    pages = at_once([partial(portal.app.press_add, tab) for tab in tabs])
    told_added = {page.status_text for page in pages if say.ADDED in page.status_text}
    assert len(portal.payments_of(portal.deal("fresh"))) == len(told_added) >= 1


def test_two_people_at_once_on_one_deal_are_told_and_then_add_one_payment_each(
    portal: PortalWithApp,
) -> None:
    first, second = (portal.open_tab(user=user) for user in ("sales", "admin"))
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=10)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(portal.app.press_add, first)
        await_condition(lambda: portal.calls(ADD))
        told_so = portal.app.press_add(second)
        assert "Salesperson is just adding a payment here" in told_so.alert_text
        assert len(portal.calls(ADD)) == 1
        portal.standin.clear_faults(portal.name)
        after_all = portal.app.press_add(told_so)
        assert say.ADDED in after_all.status_text, told(after_all)
        portal.standin.release(portal.name)
        assert say.ADDED in sending.result().status_text
    assert made_by(portal) == {"sales", "admin"}
    assert len(portal.payments_of(portal.deal("fresh"))) == 2


def test_two_people_whose_answers_are_lost_find_each_their_own_payment(
    portal: PortalWithApp,
) -> None:
    first, second = (portal.open_tab(user=user) for user in ("sales", "admin"))
    portal.standin.add_fault(portal.name, ADD, "drop_after", times=2)
    lost = [(first, portal.app.press_add(first), "sales")]
    told_so = portal.app.press_add(second)
    lost.append((told_so, portal.app.press_add(told_so), "admin"))
    made = {p["created_by"]: p["account_number"] for p in portal.payments_of(portal.deal("fresh"))}
    for tab, page, user in lost:
        found = await_outcome(portal.app, tab, page)
        assert made[portal.about["users"][user]] in found.status_text, told(found)
    assert len(made) == 2


def made_by(portal: PortalWithApp) -> set[str]:
    """Who has added the payments of the deal."""
    names = {user_id: name for name, user_id in portal.about["users"].items()}
    return {names[made["created_by"]] for made in portal.payments_of(portal.deal("fresh"))}


def test_without_the_look_for_others_the_second_is_not_told(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.others") as app:
        tab = app.open_tab(portal.name, portal.deal("fresh"))
        portal.app.press_add(portal.open_tab(user="admin"))
        assert say.ADDED in app.press_add(tab).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 2
