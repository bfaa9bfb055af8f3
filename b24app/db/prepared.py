"""Statements of every click, written once.

Django takes ten times as long to write a query as a database takes to find a row by its key. Values
to come stand in a query as `Given`; what is read becomes models as in any other query.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=Model)


class Given(Value):
    """A value that comes when the query is asked, under the name of its field."""

    def __init__(self, field: str) -> None:
        super().__init__(_Name(field))


@dataclass(frozen=True)
class _Name:
    field: str


class _Prepared(Generic[M]):
    """A statement that is written when it is asked for the first time."""

    def __init__(self, write: Callable[[], _Written]) -> None:
        self._written = cache(write)

    def _one(self, given: dict[str, Any]) -> M | None:
        written = self._written()
        with connection.cursor() as cursor:
            cursor.execute(written.statement, written.values(given))
            row = cursor.fetchone()
        return cast("M | None", written.model_of(row) if row else None)


class PreparedSelect(_Prepared[M]):
    """A read of rows; constants in its query stay."""

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        super().__init__(lambda: _select(rows()))

    def select_one(self, **given: Any) -> M | None:
        """The first row, in no order."""
        return self._one(given)


class PreparedUpdate(_Prepared[M]):
    """A change of rows that gives the changed ones in the same statement."""

    def __init__(self, rows: Callable[[], QuerySet[M]], *, sets: dict[str, Any]) -> None:
        super().__init__(lambda: _update(rows(), sets))

    def update_one(self, **given: Any) -> M | None:
        """A changed row as it is now; None where there was none to change."""
        return self._one(given)


class PreparedInsert(Generic[M]):
    """A new row that is stored while none of `others` is there; one statement looks and stores."""

    def __init__(self, others: Callable[[], QuerySet[M]]) -> None:
        self._others = cache(lambda: _select(others()))

    def insert_one(self, row: M, **given: Any) -> bool:
        """Whether it was stored and has its key; raises IntegrityError."""
        others = self._others()
        source = f"SELECT {{}} WHERE NOT EXISTS ({others.statement})"
        return _store(row, source, others.values(given))


def insert(row: Model) -> None:
    """Store a new row and give it its key, as `save` would; raises IntegrityError."""
    _store(row, "VALUES ({})")


def _store(row: Model, source: str, values: Sequence[Any] = ()) -> bool:
    """Whether a row came of `source`, in which the row's own values have their place."""
    into, returning, fields = _insertion(type(row))
    own = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    marks = ", ".join("%s" for _ in fields)
    with connection.cursor() as cursor:
        cursor.execute(into + source.format(marks) + returning, [*own, *values])
        stored = cursor.fetchone()
    if stored is None:
        return False
    row.pk = stored[0]
    row._state.adding = False
    row._state.db = connection.alias
    return True


@cache
def _insertion(model: type[Model]) -> tuple[str, str, list[Any]]:
    """How the statement begins and ends, and the fields whose values it takes."""
    about: Any = model._meta
    fields = [f for f in about.concrete_fields if not (f.generated or f is about.auto_field)]
    name = connection.ops.quote_name
    columns = ", ".join(name(field.column) for field in fields)
    return (
        f"INSERT INTO {name(about.db_table)} ({columns}) ",
        f" RETURNING {name(about.pk.column)}",
        fields,
    )


@dataclass(frozen=True)
class _Written:
    """A statement with its values, and how a row of its answer becomes a model."""

    model: type[Model]
    statement: str
    params: Sequence[Any]
    attributes: Sequence[str]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    populators: Sequence[Any] = ()

    def values(self, given: dict[str, Any]) -> list[Any]:
        return [
            self._value(param, given) if isinstance(param, _Name) else param
            for param in self.params
        ]

    def _value(self, name: _Name, given: dict[str, Any]) -> Any:
        field: Any = self.model._meta.get_field(name.field)
        return field.get_db_prep_save(given[name.field], connection)

    def model_of(self, row: Sequence[Any]) -> Model:
        values = list(row)
        for at, convert, expression in self.converters:
            for each in convert:
                values[at] = each(values[at], expression, connection)
        found = self.model.from_db(
            connection.alias, self.attributes, values[: len(self.attributes)]
        )
        for populator in self.populators:
            populator.populate(values, found)
        return found


def _select(rows: QuerySet[Any]) -> _Written:
    compiler = rows.query.get_compiler(rows.db)
    statement, params = compiler.as_sql()
    about: Any = compiler.klass_info
    expressions = [expression for expression, *_ in compiler.select]
    return _Written(
        rows.model,
        statement,
        params,
        [expressions[at].target.attname for at in about["select_fields"]],
        _converters(compiler, expressions),
        get_related_populators(about, compiler.select, rows.db),  # type: ignore[call-arg]
    )


def _update(rows: QuerySet[Any], sets: dict[str, Any]) -> _Written:
    query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
    query.add_update_values(sets)
    compiler = query.get_compiler(rows.db)
    statement, params = compiler.as_sql()
    fields = rows.model._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    return _Written(
        rows.model,
        f"{statement} RETURNING {columns}",
        params,
        [field.attname for field in fields],
        _converters(compiler, [field.get_col(rows.model._meta.db_table) for field in fields]),
    )


def _converters(compiler: Any, expressions: list[Any]) -> list[tuple[int, Any, Any]]:
    found = compiler.get_converters(expressions)
    return [(at, convert, expression) for at, (convert, expression) in found.items()]
