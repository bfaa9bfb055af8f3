"""Statements of every click, written once.

Django takes ten times as long to write a query as a database takes to find a row by its key. Values
to come stand in a query as `Given`; what is read becomes models as in any other query. How a value
is prepared, and a column read, is chosen when the statement is written. The tests hold each of this
against Django's own way, of which it takes the shortest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import CharField, Model, QuerySet, TextField, Value
from django.db.models.base import ModelState
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=Model)
Row = Sequence[Any]
# A value and the connection to what the database takes for it.
Prepare = Callable[[Any, Any], Any]


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
        here = connections[DEFAULT_DB_ALIAS]
        row = _first_row(here, written.statement, written.values(given, here))
        return cast("M | None", written.model_of(row, here) if row else None)


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
        self._bare = cache(lambda: _update(rows(), sets, is_read=False))

    def update_one(self, **given: Any) -> M | None:
        """A changed row as it is now; None where there was none to change."""
        return self._one(given)

    def change_one(self, **given: Any) -> bool:
        """Whether there was a row to change."""
        written, here = self._bare(), connections[DEFAULT_DB_ALIAS]
        return _first_row(here, written.statement, written.values(given, here)) is not None


class PreparedInsert(Generic[M]):
    """A new row that is stored while none of `others` is there; one statement looks and stores."""

    def __init__(self, others: Callable[[], QuerySet[M]]) -> None:
        self._others = cache(lambda: _select(others()))

    def insert_one(self, row: M, **given: Any) -> bool:
        """Whether it was stored and has its key; raises IntegrityError."""
        others, here = self._others(), connections[DEFAULT_DB_ALIAS]
        source = f"SELECT {{}} WHERE NOT EXISTS ({others.statement})"
        return _store(here, row, source, others.values(given, here))


def insert(row: Model) -> None:
    """Store a new row and give it its key, as `save` would; raises IntegrityError."""
    _store(connections[DEFAULT_DB_ALIAS], row, "VALUES ({})")


def _store(here: Any, row: Model, source: str, values: Row = ()) -> bool:
    """Whether a row came of `source`, in which the row's own values have their place."""
    into, marks, returning, fields = _insertion(type(row))
    own = [prepare(field.pre_save(row, True), here) for field, prepare in fields]
    statement = into + source.format(marks) + returning
    stored = _first_row(here, statement, [*own, *values])
    if stored is None:
        return False
    row.pk = stored[0]
    row._state.adding = False
    row._state.db = here.alias
    return True


@cache
def _insertion(model: type[Model]) -> tuple[str, str, str, list[tuple[Any, Prepare]]]:
    """How the statement begins, its marks, how it ends, and the fields whose values it takes."""
    about: Any = model._meta
    fields = [f for f in about.concrete_fields if not (f.generated or f is about.auto_field)]
    name = connection.ops.quote_name
    columns = ", ".join(name(field.column) for field in fields)
    return (
        f"INSERT INTO {name(about.db_table)} ({columns}) ",
        ", ".join("%s" for _ in fields),
        f" RETURNING {name(about.pk.column)}",
        [(field, _preparing(field)) for field in fields],
    )


def _first_row(here: Any, statement: str, values: Row) -> Row | None:
    """The first row of the answer, straight from the driver unless somebody watches queries."""
    if here.queries_logged or here.execute_wrappers:
        with here.cursor() as cursor:
            cursor.execute(statement, values)
            return cast("Row | None", cursor.fetchone())
    if here.connection is None:
        here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors, closing(here.create_cursor()) as cursor:
        cursor.execute(statement, values)
        return cast("Row | None", cursor.fetchone())


def _preparing(field: Any) -> Prepare:
    """What Django does to a value of the field, but for values to which it does nothing."""
    prepare: Prepare = field.get_db_prep_save
    if type(field) in (CharField, TextField):
        return lambda value, here: value if type(value) is str else prepare(value, here)
    return lambda value, here: None if value is None else prepare(value, here)


@dataclass(frozen=True)
class _Columns:
    """The columns of a row that make one model, from `start` on."""

    model: type[Model]
    attributes: Sequence[str]
    start: int = 0

    def model_in(self, values: Row, here: Any) -> Model:
        """What `from_db` makes of them, without asking each field for its default."""
        made = self.model.__new__(self.model)
        made._state = state = ModelState()
        state.adding, state.db = False, here.alias
        end = self.start + len(self.attributes)
        vars(made).update(zip(self.attributes, values[self.start : end], strict=True))
        return made


@dataclass(frozen=True)
class _Written:
    """A statement with its values, and how a row of its answer becomes a model.

    `related` are the rows that it belongs to, each with the two that bring them together.
    """

    statement: str
    params: Sequence[Any]
    columns: _Columns
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    related: Sequence[tuple[_Columns, Callable[..., None], Callable[..., None]]] = ()

    def values(self, given: dict[str, Any], here: Any) -> list[Any]:
        return [
            param.prepare(given[param.name], here) if type(param) is _Slot else param
            for param in self.params
        ]

    def model_of(self, row: Row, here: Any) -> Model:
        values = list(row)
        for at, convert, expression in self.converters:
            if values[at] is not None:
                for each in convert:
                    values[at] = each(values[at], expression, here)
        found = self.columns.model_in(values, here)
        for columns, set_here, set_there in self.related:
            other = columns.model_in(values, here)
            set_here(found, other)
            set_there(other, found)
        return found


@dataclass(frozen=True)
class _Slot:
    """Where a value to come has its place."""

    name: str
    prepare: Prepare


def _slots(model: type[Model], params: Row) -> list[Any]:
    about = model._meta
    return [
        _Slot(param.field, _preparing(about.get_field(param.field)))
        if isinstance(param, _Name)
        else param
        for param in params
    ]


def _select(rows: QuerySet[Any]) -> _Written:
    compiler = rows.query.get_compiler(rows.db)
    statement, params = compiler.as_sql()
    about: Any = compiler.klass_info
    expressions = [expression for expression, *_ in compiler.select]

    def columns(model: type[Model], indexes: Sequence[int]) -> _Columns:
        return _Columns(model, [expressions[at].target.attname for at in indexes], indexes[0])

    return _Written(
        statement,
        _slots(rows.model, params),
        columns(rows.model, about["select_fields"]),
        _converters(compiler, expressions),
        [
            (
                columns(each["model"], each["select_fields"]),
                each["local_setter"],
                each["remote_setter"],
            )
            for each in about.get("related_klass_infos", ())
        ],
    )


def _update(rows: QuerySet[Any], sets: dict[str, Any], *, is_read: bool = True) -> _Written:
    query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
    query.add_update_values(sets)
    compiler = query.get_compiler(rows.db)
    statement, params = compiler.as_sql()
    about: Any = rows.model._meta
    fields = about.concrete_fields if is_read else [about.pk]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    return _Written(
        f"{statement} RETURNING {names}",
        _slots(rows.model, params),
        _Columns(rows.model, [field.attname for field in fields]),
        _converters(compiler, [field.get_col(about.db_table) for field in fields]),
    )


def _converters(compiler: Any, expressions: list[Any]) -> list[tuple[int, Any, Any]]:
    found = compiler.get_converters(expressions)
    return [(at, convert, expression) for at, (convert, expression) in found.items()]
