"""One row at nearly the speed of the driver: the statement of a table is made once, not for every row.

The ORM builds each SELECT, INSERT and UPDATE anew, which costs several times what the database needs for it. A move of a case
reads and writes a dozen rows while everybody else waits at the gate, so those rows go this way. Values pass through the
fields as in `Model.save`; there are no signals, no related rows are checked and no parents of a table are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


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


@lru_cache(maxsize=256)
def _select(
    vendor: str, model: type[models.Model], asked: tuple[tuple[str, bool], ...], lock: bool
) -> tuple[str, list[str], list[Any], list[tuple[int, Any, Any]]]:
    quote = connection.ops.quote_name
    fields = list(model._meta.concrete_fields)
    by_name = {field.attname: field for field in fields}
    columns = ", ".join(quote(str(field.column)) for field in fields)
    tests = " AND ".join(
        f"{quote(str(by_name[name].column))} {'IS NULL' if empty else '= %s'}" for name, empty in asked
    )
    sql = f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {tests}"  # noqa: S608  names only
    if lock and connection.features.has_select_for_update:
        sql += " FOR UPDATE"
    turns = []
    for at, field in enumerate(fields):
        col = field.get_col(model._meta.db_table)
        for turn in (*connection.ops.get_db_converters(col), *field.get_db_converters(connection)):
            turns.append((at, turn, col))
    return (
        sql,
        [field.attname for field in fields],
        [by_name[name] for name, empty in asked if not empty],
        turns,
    )


def find(model: type[M], *, lock: bool = False, **equals: Any) -> list[M]:
    """Return the rows whose columns (attnames) equal these values, None meaning null; locked if asked (one query).

    Who may see them is the caller's business, as with `Model.unscoped`.
    """
    asked = tuple((name, value is None) for name, value in equals.items())
    sql, names, fields, turns = _select(connection.vendor, model, asked, lock)
    given = [value for value in equals.values() if value is not None]
    values = [field.get_db_prep_value(value, connection) for field, value in zip(fields, given, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = [list(row) for row in cursor.fetchall()]
    for row in found:
        for at, turn, col in turns:
            row[at] = turn(row[at], col, connection)
    return [model.from_db(connection.alias, names, row) for row in found]
