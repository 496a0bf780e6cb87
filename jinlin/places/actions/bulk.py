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
    """Insert rows given as values in the order of `columns` (field attnames); call inside a transaction."""
    fields = [_field(model, c) for c in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(f.column) for f in fields)
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) "  # noqa: S608  names only
        f"VALUES ({', '.join(['%s'] * len(columns))})"
    )
    _run(sql, fields, rows, tick)


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
