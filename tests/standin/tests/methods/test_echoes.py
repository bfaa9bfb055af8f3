"""A deal that was changed says so to whoever listens, and one that was not says nothing."""

from __future__ import annotations

from queue import Empty

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.tests.conftest import AppEar


def test_a_change_is_an_event_and_the_same_values_again_are_none(
    portal: StandInPortal, app_ear: AppEar
) -> None:
    handler = f"{app_ear.url}/events/"
    portal.result("event.bind", "admin", EVENT="ONCRMDEALUPDATE", HANDLER=handler)
    fields = {"FIELD_NAME": "DP_PAID", "USER_TYPE_ID": "double"}
    portal.result("crm.deal.userfield.add", "admin", fields=fields)
    given = {"entityTypeId": 2, "id": portal.deal("fresh"), "fields": {"ufCrmDpPaid": 5}}
    for _ in range(2):
        portal.result("crm.item.update", "sales", **given)
    heard = app_ear.next(member_id=portal.member_id)
    assert heard.form["data"]["FIELDS"]["ID"] == str(portal.deal("fresh"))
    portal.result("crm.item.get", "sales", entityTypeId=2, id=portal.deal("fresh"))
    with pytest.raises(Empty):
        app_ear.heard.get_nowait()
