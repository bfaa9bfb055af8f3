"""Every query about rows of portals says of which: the app that the tests share refuses others.

So each test that sends a request to it asks for this as well.
"""

from __future__ import annotations

import importlib.util
from subprocess import CalledProcessError

import pytest
from django.apps import apps
from django.db.models import Model

from b24app.models import EventReceipt, Portal, PortalUser
from payments.models import Attempt
from tests.support.app import App
from tests.support.portal import PortalWithApp
from tests.support.security.scope import JOBS, TABLES, unscoped_table

_COLUMNS = {"portal_id", "member_id"}


def columns_of(model: type[Model]) -> set[str]:
    return {str(getattr(field, "column", "")) for field in model._meta.get_fields()}


def test_every_table_with_a_portals_column_is_watched() -> None:
    tables = {m._meta.db_table for m in apps.get_models() if columns_of(m) & _COLUMNS}
    assert tables - {Portal._meta.db_table} == set(TABLES)


def test_every_job_is_there() -> None:
    assert [name for name in JOBS if importlib.util.find_spec(name.rstrip(".")) is None] == []


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        (Attempt.objects.filter(key="0" * 32), "payments_attempt"),
        (Attempt.objects.filter(user_id=7, state="sending"), "payments_attempt"),
        (PortalUser.objects.filter(user_id=7), "b24app_portaluser"),
        (PortalUser.objects.filter(portal__member_id="a"), ""),
        (PortalUser.objects.filter(portal__state="active"), "b24app_portaluser"),
        (EventReceipt.objects.filter(state="waiting"), "b24app_eventreceipt"),
        (Attempt.objects.filter(portal_id=1, user_id=7), ""),
        (Attempt.objects.filter(portal__in=[1, 2]), ""),
        (Attempt.objects.filter(pk=1), ""),
        (Portal.objects.filter(state="active"), ""),
    ],
)
def test_a_portal_that_is_forgotten_is_found(rows: object, table: str) -> None:
    query = rows.query  # type: ignore[attr-defined]
    assert unscoped_table(query.sql_with_params()[0]) == table


def test_the_shared_app_refuses_such_a_query(app: App, portal: PortalWithApp) -> None:
    """The control: what a view that forgets the portal would do."""
    lines = [
        "from payments.models import Attempt",
        f"print(Attempt.objects.filter(portal={portal.row.pk}, user_id=7).count())",
        "print(Attempt.objects.filter(user_id=7).count())",
    ]
    with pytest.raises(CalledProcessError) as refused:
        app.manage("shell", "--no-imports", "-c", "\n".join(lines))
    assert refused.value.stdout == "0\n"
    assert "Unscoped: payments_attempt" in refused.value.stderr
