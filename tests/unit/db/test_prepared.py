"""Prepared queries give what Django's own give, watched or not, and are written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from b24app.db.prepared import Given, PreparedInsert, PreparedSelect, PreparedUpdate, insert
from b24app.models import Portal, PortalUser, RestCall
from payments.models import Attempt

AT = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
KEY = UUID("9a7a2d34-4a4c-4b6f-8d3e-0d8a4f1c2b3d")
Watch = Callable[[], AbstractContextManager[None]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> PortalUser:
    """A person with a value of every kind in their row and in their portal's."""
    portal = Portal.objects.create(
        member_id="a" * 32,
        client_endpoint="https://alpha.example/rest/",
        oauth_server="https://oauth.example",
        scopes=["crm", "user_brief"],
        notes={"deep": [1, None, "ü"]},
        installed_at=AT,
    )
    return PortalUser.objects.create(
        portal=portal, user_id=7, name="Åsa", is_admin=True, renewed_at=AT, seen_at=AT
    )


@pytest.fixture(params=[True, False], ids=["watched", "unwatched"])
def one_query(request: pytest.FixtureRequest) -> Watch:
    """Around one query: who watches sees it, and where nobody does the driver is asked itself."""

    @contextmanager
    def watch() -> Iterator[None]:
        if not request.param:
            yield
            return
        with CaptureQueriesContext(connection) as queries:
            yield
        assert len(queries) == 1

    return watch


def facts(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_is_read_with_the_one_it_belongs_to(user: PortalUser, one_query: Watch) -> None:
    read = PreparedSelect(
        lambda: PortalUser.objects.select_related("portal").filter(
            portal=Given("portal"), user_id=Given("user_id")
        )
    )
    with one_query():
        found = read.select_one(portal=user.portal_id, user_id=7)
        assert found is not None
        portal = found.portal
    expected = PortalUser.objects.select_related("portal").get(pk=user.pk)
    assert facts(found) == facts(expected)
    assert facts(portal) == facts(expected.portal)
    for made, usual in ((found, expected), (portal, expected.portal)):
        assert vars(made).keys() == vars(usual).keys()
        assert made._state.fields_cache.keys() == usual._state.fields_cache.keys()
        assert (made._state.adding, made._state.db) == (usual._state.adding, usual._state.db)
    found.name = "Else"
    found.save()
    assert PortalUser.objects.get().name == "Else"


def test_constants_and_keys_of_every_kind(user: PortalUser) -> None:
    attempt = Attempt.objects.create(
        portal=user.portal,
        user_id=7,
        entity_type=2,
        entity_id=1,
        key=KEY,
        state=Attempt.State.UNCLEAR,
        amount=Decimal("12.30"),
        seen_max_id=0,
        settles_at=AT,
        created_at=AT,
    )
    read = PreparedSelect(lambda: Attempt.objects.filter(key=Given("key"), state__in=Attempt.OPEN))
    found = read.select_one(key=KEY)
    assert found is not None
    assert facts(found) == facts(Attempt.objects.get(pk=attempt.pk))
    assert read.select_one(key=UUID(int=1)) is None
    Attempt.objects.update(state=Attempt.State.ADDED)
    assert read.select_one(key=KEY) is None


def test_an_update_gives_the_row_as_it_is_now(user: PortalUser, one_query: Watch) -> None:
    later = AT.replace(year=2027)
    change = PreparedUpdate(
        lambda: PortalUser.objects.filter(portal=Given("portal"), epoch__lte=Given("epoch")),
        sets={
            "epoch": Given("epoch"),
            "seen_at": Given("seen_at"),
            "is_admin": Given("is_admin"),
            "token_version": F("token_version") + 1,
        },
    )
    given = {"portal": user.portal_id, "seen_at": later, "is_admin": False}
    with one_query():
        found = change.update_one(**given, epoch=3)
    assert found is not None
    assert (found.seen_at, found.is_admin, found.epoch, found.token_version) == (later, False, 3, 2)
    assert facts(found) == facts(PortalUser.objects.get(pk=user.pk))
    assert change.update_one(**given, epoch=2) is None
    assert PortalUser.objects.get(pk=user.pk).token_version == 2


def test_a_new_row_is_as_django_stores_it(user: PortalUser, one_query: Watch) -> None:
    about: dict[str, Any] = {
        "portal": user.portal,
        "user_id": 7,
        "entity_type": 2,
        "asked": {"portions": [[1, 2]], "pay_system": None},
        "amount": Decimal("12.30"),
        "state": Attempt.State.ADDED,
        "seen_max_id": 0,
        "settles_at": AT,
        "created_at": AT,
    }
    ours, theirs = (
        Attempt(**about, entity_id=1, key=KEY),
        Attempt(**about, entity_id=2, key=uuid4()),
    )
    with one_query():
        insert(ours)
    theirs.save()
    of_its_own = {"id", "entity_id", "key"}
    stored = [facts(row) for row in Attempt.objects.order_by("entity_id")]
    assert stored[0]["id"] == ours.pk
    assert stored[0]["key"] == KEY
    assert {k: v for k, v in stored[0].items() if k not in of_its_own} == {
        k: v for k, v in stored[1].items() if k not in of_its_own
    }
    ours.number = "later"
    ours.save()
    assert Attempt.objects.get(key=KEY).number == "later"
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Attempt(**about, entity_id=3, key=KEY))


def test_a_time_of_its_own_is_filled_in(user: PortalUser) -> None:
    call = RestCall(portal=user.portal, user_id=7, method="batch", milliseconds=1)
    insert(call)
    assert abs(timezone.now() - RestCall.objects.get(pk=call.pk).at) < timedelta(minutes=1)


def test_a_row_is_stored_while_no_other_is_there(user: PortalUser, one_query: Watch) -> None:
    alone = PreparedInsert(
        lambda: Attempt.objects.filter(
            Q(state="queued") | Q(payment_id__gt=Given("payment_id")), portal=Given("portal")
        )
    )

    def attempt(**values: Any) -> Attempt:
        about = {"portal": user.portal, "user_id": 7, "entity_type": 2, "entity_id": 101}
        times = {"settles_at": AT, "created_at": AT}
        return Attempt(**about, **times, key=uuid4(), seen_max_id=0, **values)

    def store(row: Attempt) -> bool:
        with one_query():
            is_stored = alone.insert_one(row, portal=user.portal_id, payment_id=5)
        return is_stored

    first = attempt(state="added", payment_id=5, asked={"ü": [1]}, amount=Decimal("1.50"))
    assert store(first)
    assert facts(Attempt.objects.get(pk=first.pk)) == facts(first)
    others = [attempt(state="queued"), attempt(state="added", payment_id=6)]
    for other in others:
        insert(other)
        refused = attempt(state="added")
        assert not store(refused)
        assert refused.pk is None
        other.delete()
    assert store(attempt(state="added"))


def test_a_query_is_written_once(user: PortalUser) -> None:
    written = []

    def rows() -> QuerySet[Portal]:
        written.append(1)
        return Portal.objects.filter(member_id=Given("member_id"))

    read = PreparedSelect(rows)
    assert written == []
    assert read.select_one(member_id="a" * 32) == user.portal
    assert read.select_one(member_id="b" * 32) is None
    assert written == [1]


def test_a_value_that_was_not_given_is_a_mistake() -> None:
    read = PreparedSelect(lambda: Portal.objects.filter(member_id=Given("member_id")))
    with pytest.raises(KeyError, match="member_id"):
        read.select_one()


def test_a_change_of_which_nothing_is_read(user: PortalUser, one_query: Watch) -> None:
    change = PreparedUpdate(
        lambda: PortalUser.objects.filter(user_id=Given("user_id")), sets={"name": Given("name")}
    )
    with one_query():
        assert change.change_one(user_id=7, name="Bo")
    assert PortalUser.objects.get().name == "Bo"
    assert not change.change_one(user_id=8, name="Cy")


def test_a_transaction_that_has_failed_takes_no_more(user: PortalUser) -> None:
    read = PreparedSelect(lambda: PortalUser.objects.filter(user_id=Given("user_id")))
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            read.select_one(user_id=7)
    assert read.select_one(user_id=7) == user
