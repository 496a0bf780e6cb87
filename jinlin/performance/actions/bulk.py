"""Writing many new rows of counters at once: COPY on PostgreSQL, prepared statements on SQLite.

Most measures of a row are null. Rows that count the same measures are written together, so that a statement names these
columns only: binding a hundred nulls would take ten times what the row takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, Final

import numpy as np
from django.db import connection

from jinlin.performance.actions.writing import table_of
from jinlin.performance.models import KEY, Cell
from jinlin.performance.rules.adding import Block, Ints
from jinlin.performance.rules.measures import FLOWS

BATCH: Final = 100_000  # rows sorted by what they count; the index is written in one region at a time
RARE: Final = 24  # so few rows of one kind are written together with others
LINES: Final = 500
MARKS: Final = np.random.default_rng(1).integers(
    1, 1 << 62, len(FLOWS)
)  # their sum tells sets of measures apart
Values = Iterator[tuple[Any, ...]]


def write_blocks(model: type[Cell], blocks: Iterable[Block]) -> int:
    """Insert rows whose keys aren't there yet; returns how many. Call inside a transaction."""
    written = 0
    for block in blocks:
        for first in range(0, len(block), BATCH):
            for measures, rows in _grouped(block.part(first, min(first + BATCH, len(block)))):
                _write(model, (*KEY, *(FLOWS[at] for at in measures)), rows)
        written += len(block)
    return written


def _grouped(block: Block) -> Iterator[tuple[list[int], Values]]:
    """Yield rows by the measures they count; the rare kinds together, under all that any of them counts."""
    keys = [np.full(len(block), value, dtype=object) for value in (block.county, block.cut)] + block.columns()
    marks = np.add.reduceat(MARKS[block.measures], block.starts[:-1])
    _kinds, kind, many = np.unique(marks, return_inverse=True, return_counts=True)
    order, ends = np.argsort(kind, kind="stable"), np.cumsum(many)
    rare = [np.array([], dtype=np.int64)]
    for end, number in zip(ends.tolist(), many.tolist(), strict=True):
        rows = order[end - number : end]
        if number < RARE:
            rare.append(rows)
            continue
        first = block.starts[rows]
        measures = block.measures[first[0] : block.starts[rows[0] + 1]]
        at = first[:, None] + np.arange(len(measures))
        assert (block.measures[at] == measures).all(), "two sets of measures under one mark"
        yield measures.tolist(), _together(keys, rows, block.sums[at].T.tolist())
    yield from _wide(block, keys, np.sort(np.concatenate(rare)))


def _wide(block: Block, keys: list[Any], rows: Ints) -> Iterator[tuple[list[int], Values]]:
    if not len(rows):
        return
    lengths = np.diff(block.starts)[rows]
    row = np.repeat(np.arange(len(rows)), lengths)
    entries = np.arange(len(row)) + np.repeat(block.starts[rows] - np.cumsum(lengths) + lengths, lengths)
    measures, column = np.unique(block.measures[entries], return_inverse=True)
    values = np.full((len(measures), len(rows)), None, dtype=object)
    values[column, row] = block.sums[entries].tolist()
    yield measures.tolist(), _together(keys, rows, values.tolist())


def _together(keys: list[Any], rows: Ints, values: list[list[Any]]) -> Values:
    return zip(*(column[rows].tolist() for column in keys), *values, strict=True)


def _write(model: type[Cell], columns: tuple[str, ...], rows: Values) -> None:
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table_of(model)} ({named}) FROM STDIN", rows)
            return
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table_of(model)} ({named}) VALUES ({marks})"  # noqa: S608  names of our own
        cursor.executemany(sql, rows)  # type: ignore[arg-type]  # the driver takes any iterator


def _copy(cursor: Any, sql: str, rows: Values) -> None:
    """Send rows as lines of text: no value of ours holds a tab, a break or a backslash."""
    with cursor.cursor.copy(sql) as copy:
        lines = ("\t".join("\\N" if value is None else str(value) for value in row) for row in rows)
        for first in lines:
            copy.write("\n".join(chain((first,), islice(lines, LINES - 1))) + "\n")
