"""Many rows at once at the speed of the driver: the ORM's bulk_create costs several times more at 55,000 rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH = 5000

Tick = Callable[[int], None]


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tick: Tick) -> None:
    """Insert rows given as values in the order of `columns` (field attnames); call inside a transaction."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(_column(model, c)) for c in columns)
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) "  # noqa: S608  names only
        f"VALUES ({', '.join(['%s'] * len(columns))})"
    )
    _run(sql, rows, tick)


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tick: Tick) -> None:
    """Set `columns` of rows given as values followed by the primary key; call inside a transaction."""
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(_column(model, c))} = %s" for c in columns)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote('id')} = %s"  # noqa: S608  names only
    _run(sql, rows, tick)


def _column(model: type[models.Model], attname: str) -> str:
    return next(f.column for f in model._meta.concrete_fields if f.attname == attname)


def _run(sql: str, rows: Iterable[Sequence[Any]], tick: Tick) -> None:
    adapt = _for_sqlite if connection.vendor == "sqlite" else tuple
    with connection.cursor() as cursor:
        for batch in _batches(rows):
            cursor.executemany(sql, [adapt(row) for row in batch])
            tick(len(batch))


def _for_sqlite(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        value.hex if isinstance(value, uuid.UUID) else value.isoformat() if isinstance(value, date) else value
        for value in row
    )


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
