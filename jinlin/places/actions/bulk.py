"""Many rows at once at the speed of the driver: the ORM's bulk_create costs several times more at 55,000 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH = 5000

Tick = Callable[[int], None]


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[list[Any]], tick: Tick
) -> None:
    """Insert rows given as values in the order of `columns` (field attnames); call inside a transaction.

    PostgreSQL takes them by COPY, three times as fast as INSERT; SQLite by one prepared statement.
    """
    fields = [_field(model, c) for c in columns]
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(f.column) for f in fields)
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({names}) FROM STDIN", rows, tick)
        return
    marks = ", ".join(["%s"] * len(columns))
    _run(f"INSERT INTO {table} ({names}) VALUES ({marks})", fields, rows, tick)  # noqa: S608  names only


def _copy(sql: str, rows: Iterable[list[Any]], tick: Tick) -> None:
    with connection.cursor() as cursor, cursor.copy(sql) as stream:
        for batch in _batches(rows):
            for row in batch:
                stream.write_row(row)
            tick(len(batch))


def update_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[list[Any]], tick: Tick
) -> None:
    """Set `columns` of rows given as values followed by the primary key; call inside a transaction."""
    fields = [_field(model, c) for c in columns]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote('id')} = %s"  # noqa: S608  names only
    _run(sql, [*fields, _field(model, "id")], rows, tick)


def _field(model: type[models.Model], attname: str) -> Any:
    return next(f for f in model._meta.concrete_fields if f.attname == attname)


def _run(sql: str, fields: Sequence[Any], rows: Iterable[list[Any]], tick: Tick) -> None:
    """SQLite stores UUIDs as 32 hex digits and days as text; PostgreSQL's driver takes both as they are."""
    ids: list[int] = []
    days: list[int] = []
    if connection.vendor == "sqlite":
        kinds = [field.db_type(connection) for field in fields]
        ids = [n for n, kind in enumerate(kinds) if kind == "char(32)"]
        days = [n for n, kind in enumerate(kinds) if kind == "date"]
    with connection.cursor() as cursor:
        for batch in _batches(rows):
            for row in batch:
                for n in ids:
                    row[n] = row[n] and row[n].hex
                for n in days:
                    row[n] = row[n] and row[n].isoformat()
            cursor.executemany(sql, batch)
            tick(len(batch))


def _batches(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
