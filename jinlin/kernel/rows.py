"""Writing one row at nearly the speed of the driver: the statement of a table is made once, not for every row.

The ORM builds each INSERT and UPDATE anew, which costs several times what the database needs for it. A move of a case
writes half a dozen rows while everybody else waits at the gate, so those rows go this way. Values pass through the
fields as in `Model.save`; there are no signals, no related rows are checked and no parents of a table are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


@lru_cache(maxsize=256)
def _insert(vendor: str, model: type[models.Model]) -> tuple[str, tuple[Any, ...]]:
    fields = tuple(model._meta.concrete_fields)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})", fields  # noqa: S608  names only


@lru_cache(maxsize=1024)
def _update(vendor: str, model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    fields = tuple(
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and (not names or field.name in names or field.attname in names)
    )
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    pk = quote(str(model._meta.pk.column))
    return f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {pk} = %s", fields  # noqa: S608  names only


def insert(row: models.Model) -> None:
    """Insert a row whose primary key is already made; IntegrityError as from the ORM. Call inside a transaction."""
    sql, fields = _insert(connection.vendor, type(row))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    row._state.adding, row._state.db = False, connection.alias


def change(row: models.Model, names: Sequence[str] = ()) -> None:
    """Write the named fields of a row that stands (all without names); DoesNotExist if it is gone."""
    sql, fields = _update(connection.vendor, type(row), tuple(names))
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    pk: Any = row._meta.pk
    values.append(pk.get_db_prep_save(row.pk, connection))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if not cursor.rowcount:
            raise type(row).DoesNotExist  # type: ignore[attr-defined]
