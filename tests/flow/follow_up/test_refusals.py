"""What a portal refuses of the fields: words with the next step, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from payments.models import DealFigures, FieldSetup
from tests.support.pages.home_visits import open_home
from tests.support.people.fields import (
    ADD_FIELD,
    LAST,
    LEFT,
    NAMES,
    PAID,
    STATE,
    WRITE,
    await_quiet,
    await_setup,
    press,
    switch_on,
    values,
)
from tests.support.portal import PortalWithApp
from tests.support.waiting import at_once, await_condition

NOTHING_PAID = {PAID: 0, LEFT: 1200, STATE: "none"}
State = FieldSetup.State


@pytest.fixture
def portal_switches() -> dict[str, object]:
    return {"orders_for_sales": "edit"}


def add_field(portal: PortalWithApp, name: str, kind: str, **fields: Any) -> int:
    given = {"FIELD_NAME": name, "USER_TYPE_ID": kind, **fields}
    return int(portal.result(ADD_FIELD, "admin", fields=given))


def field_id(portal: PortalWithApp, name: str) -> int:
    return int(portal.state()["user_fields"][name]["id"])


def refused(portal: PortalWithApp) -> DealFigures:
    """The deal whose figures the portal refused, once nobody tries any more."""
    rows = DealFigures.objects.filter(portal=portal.row, refused_at__isnull=False)
    await_condition(rows.exists)
    await_quiet(portal)
    return rows.get()


def writes(portal: PortalWithApp) -> int:
    return len(portal.calls(WRITE))


def test_who_may_not_change_the_crm_reads_who_can(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, admins_run_crm=False)
    press(portal, "on")
    await_setup(portal, State.FAILED)
    page = press(portal, "look")
    assert "people who may change the settings of the CRM" in page.text
    assert "Ask one of them to open this page" in page.text
    portal.standin.switch(portal.name, admins_run_crm=True)
    switch_on(portal)
    assert portal.state()["user_fields"].keys() == NAMES


def test_a_portal_that_is_full_says_what_to_delete(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, most_fields=2)
    press(portal, "on")
    await_setup(portal, State.FAILED)
    assert "as many as it can hold" in press(portal, "look").text
    portal.standin.switch(portal.name, most_fields=9)
    switch_on(portal)
    assert len(portal.calls(ADD_FIELD)) == 0
    assert portal.state()["user_fields"].keys() == NAMES


def test_a_field_of_another_kind_with_our_name_is_left_alone(portal: PortalWithApp) -> None:
    add_field(portal, PAID, "string")
    press(portal, "on")
    await_setup(portal, State.FAILED)
    page = press(portal, "look")
    assert PAID in page.text
    assert "Delete it in the settings of the CRM" in page.text


def test_a_field_that_would_lose_cents_or_has_no_filter_is_put_right(portal: PortalWithApp) -> None:
    add_field(portal, PAID, "double")
    add_field(portal, STATE, "enumeration", LIST=[{"VALUE": "mine", "XML_ID": "part"}])
    switch_on(portal)
    fields = portal.state()["user_fields"]
    assert fields[PAID]["settings"] == {"PRECISION": 2}
    assert {fields[name]["show_filter"] for name in NAMES} == {"E"}
    assert [each["xml_id"] for each in fields[STATE]["choices"]] == ["part", "none", "all"]


def test_an_answer_that_was_lost_after_the_field_was_made_makes_no_second_one(
    portal: PortalWithApp,
) -> None:
    portal.standin.add_fault(portal.name, ADD_FIELD, "drop_after", times=4)
    switch_on(portal)
    assert portal.state()["user_fields"].keys() == NAMES


def test_one_that_exists_in_another_language_is_found_by_the_list(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, texts="ru", field_name_length=20)
    at_once([lambda: press(portal, "on"), lambda: press(portal, "on", user="admin")])
    await_setup(portal, State.READY)
    assert portal.state()["user_fields"].keys() == NAMES
    assert len(portal.calls(ADD_FIELD)) == len(NAMES)


def test_a_mandatory_field_of_somebody_else_is_told_once_and_not_tried_again(
    portal: PortalWithApp,
) -> None:
    switch_on(portal)
    add_field(portal, "REASON", "string", MANDATORY="Y")
    portal.standin.switch(portal.name, checks_mandatory="all")
    page = portal.app.press_add(portal.open_tab())
    assert "added" in page.status_text
    assert refused(portal).error_code == "100"
    told = portal.open_tab()
    assert "could not be brought up to date" in told.text
    assert "The field UF_CRM_REASON is required." in told.text
    assert "could not be brought up to date" not in portal.open_tab().text
    assert writes(portal) == 1
    home = open_home(portal).text
    assert "1 deal could not be brought up to date." in home
    assert "Perhaps a mandatory field of the deal is empty" in home
    given = {"entityTypeId": 2, "id": portal.deal("fresh"), "fields": {"ufCrmReason": "x"}}
    portal.standin.switch(portal.name, checks_mandatory="changed")
    portal.result(WRITE, "admin", **given)
    portal.app.press_add(portal.open_tab())
    await_condition(lambda: values(portal).get(LEFT) == 1200)
    await_quiet(portal)
    assert "Switched on: the fields follow the payments." in open_home(portal).text


def test_a_reader_is_refused_once_and_the_next_person_puts_it_right(portal: PortalWithApp) -> None:
    switch_on(portal)
    portal.open_tab("billed", user="reader")
    assert refused(portal).error_kind == "access_denied"
    portal.open_tab("billed", user="reader")
    assert writes(portal) == 1
    assert "may not change it" in open_home(portal).text
    portal.open_tab("billed", user="sales")
    await_condition(lambda: values(portal, "billed").get(LEFT) == 1000)


def test_a_plan_that_refuses_is_told(portal: PortalWithApp) -> None:
    switch_on(portal)
    code, text = "UPDATE_DEAL_RESTRICTED", "Not in your plan."
    portal.standin.add_fault(portal.name, WRITE, "refuse", code=code, text=text)
    portal.app.press_add(portal.open_tab())
    assert refused(portal).error_code == "UPDATE_DEAL_RESTRICTED"
    assert "Not in your plan." in open_home(portal).text


def test_a_field_that_a_role_does_not_see_is_told_and_the_others_are_written(
    portal: PortalWithApp,
) -> None:
    switch_on(portal)
    portal.standin.switch(portal.name, hidden_fields={"sales": [PAID]})
    portal.app.press_add(portal.open_tab())
    await_condition(lambda: values(portal).get(LEFT) == 1200)
    assert refused(portal).error_kind == "field_hidden"
    assert PAID not in values(portal)
    assert "does not see all of these fields" in open_home(portal).text


def test_a_field_that_was_deleted_by_hand_is_named_and_can_be_made_anew(
    portal: PortalWithApp,
) -> None:
    switch_on(portal)
    portal.result("crm.deal.userfield.delete", "admin", id=field_id(portal, LEFT))
    portal.app.press_add(portal.open_tab())
    await_condition(lambda: values(portal).get(STATE) == "none")
    await_quiet(portal)
    home = open_home(portal)
    assert "These fields are missing" in home.text
    assert "Set up again" in home.text
    switch_on(portal)
    portal.open_tab()
    await_condition(lambda: values(portal).get(LEFT) == 1200)
    await_quiet(portal)
    assert "follow the payments" in open_home(portal).text


def test_a_day_is_cleared_the_older_way_where_the_newer_one_keeps_it(portal: PortalWithApp) -> None:
    switch_on(portal)
    (payment,) = portal.standin.add_payments(portal.name, "fresh", paid=True)
    portal.open_tab()
    await_condition(lambda: LAST in values(portal))
    await_quiet(portal)
    portal.standin.switch(portal.name, clears_fields=False)
    portal.standin.remove_payment(portal.name, payment)
    portal.open_tab()
    await_condition(lambda: values(portal).get(LAST) is None)
    await_quiet(portal)
    assert len(portal.calls("crm.deal.update")) == 1
    assert not DealFigures.objects.filter(portal=portal.row).exists()


def test_a_list_whose_values_were_changed_by_hand_is_no_loop(portal: PortalWithApp) -> None:
    switch_on(portal)
    number = field_id(portal, STATE)
    (none, *_) = portal.state()["user_fields"][STATE]["choices"]
    gone = {"LIST": [{"ID": none["id"], "DEL": "Y"}]}
    portal.result("crm.deal.userfield.update", "admin", id=number, fields=gone)
    portal.app.press_add(portal.open_tab())
    assert refused(portal).error_kind == "field_not_kept"
    portal.open_tab()
    portal.open_tab()
    assert writes(portal) == 1
    assert "Press Set up again." in open_home(portal).text or "missing" in open_home(portal).text
    switch_on(portal)
    portal.app.press_add(portal.open_tab())
    await_condition(lambda: values(portal).get(STATE) == "none")


@pytest.mark.parametrize("do", ["drop_before", "drop_after", "html"])
def test_an_answer_that_got_lost_leaves_the_right_figures_in_the_end(
    portal: PortalWithApp, do: str
) -> None:
    switch_on(portal)
    portal.standin.add_fault(portal.name, WRITE, do)
    portal.app.press_add(portal.open_tab())
    rows = DealFigures.objects.filter(portal=portal.row, tries__gt=0, claimed_until=None)
    await_condition(rows.exists)
    # The pause after a failure is over.
    rows.update(due_at=timezone.now())
    portal.app.manage("resolve_attempts")
    assert values(portal) == NOTHING_PAID
    assert not DealFigures.objects.filter(portal=portal.row).exists()
