"""An update that also gives the changed rows, in one statement; Django has none of its own."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=Model)


def update_returning(rows: QuerySet[M], **values: Any) -> list[M]:
    """The rows as they are after `values` were set; SQLite and PostgreSQL can both do this."""
    query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
    query.add_update_values(values)
    statement, params = query.get_compiler(rows.db).as_sql()
    return list(rows.model._default_manager.raw(f"{statement} RETURNING *", params))
