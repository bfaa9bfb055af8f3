"""After a test that commits, its database holds what migrations made and nothing else."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from b24app.models import Portal, PortalUser
from tests.support.operations.rows import add_attempt, add_event, add_portal

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10


def rows() -> dict[type[Any], list[Any]]:
    """All rows of all tables."""
    models = apps.get_models(include_auto_created=True)
    return {each: list(each._base_manager.order_by("pk").values_list()) for each in models}


def empty() -> None:
    """What happens after every test that commits."""
    test: Any = TransactionTestCase("__init__")
    test._fixture_teardown()


def fill() -> None:
    """Rows of our own and of Django's, some of which others refer to."""
    portal = add_portal()
    PortalUser.objects.create(portal=portal, user_id=7, seen_at=timezone.now())
    add_attempt(portal)
    add_event(portal)
    SessionStore().save()
    user = User.objects.create(username="olga")
    group = Group.objects.create(name="operators")
    group.user_set.add(user)
    group.permissions.add(*Permission.objects.all()[:3])


def test_every_table_that_was_filled_is_empty_again() -> None:
    empty()
    before = rows()
    assert {model for model, found in before.items() if found} == {ContentType, Permission}
    fill()
    filled = {model for model, found in rows().items() if found != before[model]}
    assert len(filled) >= 9
    empty()
    assert rows() == before


def test_what_migrations_made_is_there_again() -> None:
    before = rows()
    Permission.objects.filter(codename="add_portal").delete()
    ContentType.objects.filter(model="attempt").update(model="trial")
    ContentType.objects.create(app_label="elsewhere", model="thing")
    assert rows() != before
    empty()
    assert rows() == before


def test_a_row_that_is_just_being_written_goes_too() -> None:
    is_written, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            add_portal()
            is_written.set()
            may_end.wait(PATIENCE)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert is_written.wait(PATIENCE)
    threading.Timer(0.2, may_end.set).start()
    empty()
    writer.join()
    assert not Portal.objects.exists()
