"""One code, three meanings: the plan, the person, the right. Each reads its own, one closes."""

from __future__ import annotations

from typing import Any

import pytest

from b24app.models import Portal, PortalUser
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, told
from tests.support.portal import PortalWithApp

pytestmark = pytest.mark.words

ADMIN, SALES = 1, 7
WAYS = {"in a batch": {}, "alone": REFUSED_IN_BATCH}
WORDS = 'The portal said <script>alert("no")</script> & so on'
NO_RIGHT_TEXTS = ["en", "de", "ru", "none"]

both_statuses = pytest.mark.parametrize("statuses", ["source", "docs"])
both_texts = pytest.mark.parametrize("texts", ["fixed", "none"])
both_ways = pytest.mark.parametrize("way", WAYS)


def prepared(portal: PortalWithApp, way: str, **switches: Any) -> Page:
    """A salesperson's tab in a portal that behaves like that, and already knows its ways."""
    portal.standin.switch(portal.name, **WAYS[way], **switches)
    tab = portal.open_tab()
    if way == "alone":
        portal.standin.add_fault(portal.name, ADD, "refuse", code="0", status=400)
        portal.app.press_add(tab)
        tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    return tab


def never_signed_in(portal: PortalWithApp, user_id: int = SALES) -> None:
    portal.standin.change_portal(portal.name, users={user_id: {"is_confirmed": False}})


def methods(portal: PortalWithApp) -> list[str]:
    return [call["method"] for call in portal.calls()]


@both_statuses
@both_texts
@both_ways
def test_a_plan_without_apps_closes_the_portal_only_by_its_own_words(
    portal: PortalWithApp, statuses: str, texts: str, way: str
) -> None:
    tab = prepared(portal, way, statuses=statuses, system_texts=texts)
    portal.standin.switch(portal.name, plan_rest=False)
    page = portal.app.press_add(tab)
    first = "batch" if way == "in a batch" else ADD
    if texts == "fixed":
        assert say.NO_APPS_IN_PLAN in page.alert_text, told(page)
        assert "Check whether the plan or a Market subscription" in page.alert_text
        assert (portal.row.state, portal.row.trouble) == (Portal.State.BLOCKED, "rest_not_in_plan")
        assert methods(portal) == [first]
    else:
        assert say.APPS_REFUSED in page.alert_text, told(page)
        assert portal.row.state == Portal.State.ACTIVE
        assert methods(portal) == [first, "profile"]
    portal.standin.switch(portal.name, plan_rest=True)
    assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text
    assert portal.row.state == Portal.State.ACTIVE


@both_statuses
@both_texts
@both_ways
def test_a_person_who_never_signed_in_is_told_so_and_closes_nothing(
    portal: PortalWithApp, statuses: str, texts: str, way: str
) -> None:
    tab = prepared(portal, way, statuses=statuses, system_texts=texts)
    never_signed_in(portal)
    page = portal.app.press_add(tab)
    sentence = say.NOT_SIGNED_IN if texts == "fixed" else say.APPS_REFUSED
    assert sentence in page.alert_text, told(page)
    assert "accept the invitation" in page.alert_text
    row = portal.row
    assert (row.state, row.trouble, row.installer_id) == (Portal.State.ACTIVE, "", ADMIN)
    first = "batch" if way == "in a batch" else ADD
    assert methods(portal) == ([first] if texts == "fixed" else [first, "profile"])
    assert portal.payments_of(portal.deal("fresh")) == []
    assert say.ADDED in portal.app.press_add(portal.open_tab(user="admin")).status_text


@both_statuses
@both_texts
@pytest.mark.parametrize("user", ["sales", "admin"])
def test_a_tab_opened_by_such_a_person_says_the_same_and_closes_nothing(
    portal: PortalWithApp, statuses: str, texts: str, user: str
) -> None:
    portal.open_tab(user="sales")
    portal.standin.switch(portal.name, statuses=statuses, system_texts=texts)
    never_signed_in(portal, portal.about["users"][user])
    page = portal.open_tab(user=user)
    assert (say.NOT_SIGNED_IN if texts == "fixed" else say.APPS_REFUSED) in page.text
    assert "accept the invitation" in page.text
    assert ("Ask your administrator:" in page.text) is (user == "sales")
    row = portal.row
    assert (row.state, row.trouble) == (Portal.State.ACTIVE, "")
    is_released = texts == "fixed" and user == "admin"
    assert row.installer_id == (None if is_released else ADMIN)
    other = "admin" if user == "sales" else "sales"
    assert say.ADDED in portal.app.press_add(portal.open_tab(user=other)).status_text


@both_texts
def test_a_portal_that_such_a_person_opens_first_is_not_known_by_it(app: App, texts: str) -> None:
    about = app.standin.create_portal(switches={"system_texts": texts})
    app.standin.change_portal(about["name"], users={ADMIN: {"is_confirmed": False}})
    page = app.open_frame(about["name"], user="admin", placement="DEFAULT")
    assert (say.NOT_SIGNED_IN if texts == "fixed" else say.APPS_REFUSED) in page.text
    assert not PortalUser.objects.filter(portal__member_id=about["member_id"]).exists()


@pytest.mark.parametrize("language", NO_RIGHT_TEXTS)
@both_statuses
@both_ways
def test_a_missing_right_is_a_missing_right_in_every_language(
    portal: PortalWithApp, language: str, statuses: str, way: str
) -> None:
    tab = prepared(portal, way, statuses=statuses, texts=language)
    portal.standin.change_deal(portal.name, "fresh", is_stage_locked=True)
    page = portal.app.press_add(tab)
    assert say.NO_RIGHT in page.alert_text, told(page)
    assert (portal.row.state, portal.row.trouble) == (Portal.State.ACTIVE, "")
    # A right refused with 403 could be the plan; inside a batch, or with 400, it could not.
    is_asked = way == "alone" and statuses == "source"
    assert len(portal.calls("profile")) == int(is_asked)


@pytest.mark.parametrize("status", [401, 403])
def test_a_batch_refused_while_the_person_is_let_in_closes_nothing(
    portal: PortalWithApp, status: int
) -> None:
    tab = prepared(portal, "in a batch")
    portal.standin.add_fault(
        portal.name, "batch", "refuse", code="ACCESS_DENIED", status=status, text=WORDS
    )
    page = portal.app.press_add(tab)
    assert say.NO_RIGHT in page.alert_text, told(page)
    assert "<script>alert" not in page.body
    assert portal.row.state == Portal.State.ACTIVE
    assert portal.payments_of(portal.deal("fresh")) == []
    assert methods(portal)[:2] == ["batch", "profile"]


@pytest.mark.parametrize(
    ("status", "sentence"), [(401, say.APPS_REFUSED), (403, say.NO_RIGHT)], ids=str
)
def test_a_question_that_is_lost_leaves_the_hint_and_closes_nothing(
    portal: PortalWithApp, status: int, sentence: str
) -> None:
    tab = prepared(portal, "alone")
    for method, fault in ((ADD, "refuse"), ("profile", "drop_before")):
        portal.standin.add_fault(
            portal.name, method, fault, code="ACCESS_DENIED", status=status, text=WORDS
        )
    page = portal.app.press_add(tab)
    assert sentence in page.alert_text, told(page)
    assert portal.row.state == Portal.State.ACTIVE
    assert portal.payments_of(portal.deal("fresh")) == []


@both_statuses
def test_what_is_ordinary_costs_no_question(portal: PortalWithApp, statuses: str) -> None:
    portal.standin.switch(portal.name, statuses=statuses)
    portal.open_tab()
    portal.standin.clear_calls(portal.name)
    tab = portal.open_tab()
    assert methods(portal) == ["batch"]
    assert say.ADDED in portal.app.press_add(tab).status_text
    assert methods(portal) == ["batch", "batch"]
