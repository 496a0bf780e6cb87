"""Writing many new rows of counters at once: COPY on PostgreSQL, prepared statements on SQLite.

Most measures of a row are null. Rows that count the same measures are written together, so that a statement names these
columns only: binding a hundred nulls would take ten times what the row takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Any, Final

from django.db import connection

from jinlin.performance.actions.writing import table_of
from jinlin.performance.models import KEY, Cell
from jinlin.performance.rules.cuts import Row

BATCH: Final = 100_000
RARE: Final = 8  # so few rows of one kind are written together with others
LINES: Final = 500
Groups = dict[tuple[str, ...], list[tuple[Any, ...]]]


def write_rows(model: type[Cell], rows: Iterable[tuple[Row, Mapping[str, int]]]) -> int:
    """Insert rows whose keys aren't there yet; returns how many. Call inside a transaction."""
    written, source = 0, iter(rows)
    while first := list(islice(source, BATCH)):
        for measures, many in _grouped(first).items():
            _write(model, (*KEY, *measures), many)
        written += len(first)
    return written


def _grouped(rows: list[tuple[Row, Mapping[str, int]]]) -> Groups:
    """Return rows by the measures they count; the rare ones under all the measures that any of them counts."""
    found: Groups = {}
    for row, many in rows:
        found.setdefault(tuple(many), []).append((*row, *many.values()))
    rare = [measures for measures, many in found.items() if len(many) < RARE]
    if len(rare) < 2:
        return found
    together = tuple(sorted({measure for measures in rare for measure in measures}))
    width, wide = len(KEY), list[tuple[Any, ...]]()
    for measures in rare:
        for values in found.pop(measures):
            held = dict(zip(measures, values[width:], strict=True))
            wide.append((*values[:width], *map(held.get, together)))
    found.setdefault(together, []).extend(wide)
    return found


def _write(model: type[Cell], columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table_of(model)} ({named}) FROM STDIN", rows)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table_of(model)} ({named}) VALUES ({marks})", rows)  # noqa: S608


def _copy(cursor: Any, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Send rows as lines of text: no value of ours holds a tab, a break or a backslash."""
    with cursor.cursor.copy(sql) as copy:
        lines = ("\t".join("\\N" if value is None else str(value) for value in row) for row in rows)
        for first in lines:
            copy.write("\n".join(chain((first,), islice(lines, LINES - 1))) + "\n")
