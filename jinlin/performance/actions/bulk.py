"""Writing many new rows of counters at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from django.db import connection

from jinlin.performance.actions.writing import table_of
from jinlin.performance.models import KEY, Cell
from jinlin.performance.rules.cuts import Row

BATCH: Final = 5_000


def write_rows(
    model: type[Cell], measures: Sequence[str], rows: Iterable[tuple[Row, Mapping[str, int]]]
) -> int:
    """Insert rows whose keys aren't there yet; returns how many. Call inside a transaction."""
    written, source = 0, iter(rows)
    columns = ", ".join((*KEY, *measures))
    while first := list(islice(source, BATCH)):
        many = _values(first, measures)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                _copy(cursor, f"COPY {table_of(model)} ({columns}) FROM STDIN", many)
            else:
                marks = ", ".join(["%s"] * (len(KEY) + len(measures)))
                cursor.executemany(
                    f"INSERT INTO {table_of(model)} ({columns}) VALUES ({marks})",  # noqa: S608
                    list(many),
                )
        written += len(first)
    return written


def _values(
    rows: Iterable[tuple[Row, Mapping[str, int]]], measures: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    for row, many in rows:
        yield (*row, *map(many.get, measures))


def _copy(cursor: Any, sql: str, many: Iterator[tuple[Any, ...]]) -> None:
    """Send rows as lines of text: no value of ours holds a tab, a break or a backslash."""
    with cursor.cursor.copy(sql) as copy:
        lines = ("\t".join("\\N" if value is None else str(value) for value in row) for row in many)
        for first in lines:
            copy.write("\n".join(chain((first,), islice(lines, 499))) + "\n")
