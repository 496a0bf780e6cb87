"""Adding to rows of counters: one statement for all rows of a table, which binds only the measures that changed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from django.db import connection

from jinlin.kernel import rows
from jinlin.performance.models import KEY, Cell, Count, OpenCount
from jinlin.performance.rules.cuts import Row, Rows

MOST_VALUES: Final = 30_000  # parameters of one statement; SQLite takes 32,766
PATTERNS: Final = 2_000  # statements remembered: a verb at a place makes the same few again and again


def table_of(model: type[Cell]) -> str:
    """Return the quoted table."""
    return connection.ops.quote_name(model._meta.db_table)


@lru_cache(maxsize=PATTERNS)
def _statement(vendor: str, model: type[Cell], number: int, measures: tuple[str, ...]) -> str:
    """Return the statement that adds; on PostgreSQL the number of rows is no part of it, so that few are prepared."""
    table, columns = table_of(model), (*KEY, *measures)
    sums = ", ".join(
        f"{name} = NULLIF(COALESCE({table}.{name}, 0) + COALESCE(excluded.{name}, 0), 0)" for name in measures
    )
    if vendor == "postgresql":
        given = f"SELECT * FROM unnest({', '.join(f'%s::{_type_of(model, name)}[]' for name in columns)})"  # noqa: S608
    else:
        given = "VALUES " + ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * number)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) {given} "
        f"ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {sums}"
    )


def _type_of(model: type[Cell], name: str) -> str:
    return str(model._meta.get_field(name).db_type(connection)).split("(")[0]


def add_rows(model: type[Cell], counts: Rows) -> int:
    """Add to rows of counters, in the order of their keys so that writers never wait for each other in a ring.

    Returns the number of statements: one, unless there are thousands of rows.
    """
    keys = sorted(counts)
    if not keys:
        return 0
    measures = _measures(counts)
    batch = max(1, MOST_VALUES // (len(KEY) + len(measures)))
    for first in range(0, len(keys), batch):
        rows.run(*_adding(model, keys[first : first + batch], counts, measures))
    return -(-len(keys) // batch)


def add_both(flows: Rows, still: Rows) -> None:
    """Add what one move changes in both tables: in one statement where the database takes one for two tables."""
    if not flows or not still or rows.link().vendor != "postgresql":
        add_rows(Count, flows)
        add_rows(OpenCount, still)
        return
    happened, values = _adding(Count, sorted(flows), flows, _measures(flows))
    stands, more = _adding(OpenCount, sorted(still), still, _measures(still))
    rows.run(_with(stands, happened), [*more, *values])


@lru_cache(maxsize=PATTERNS)
def _with(beside: str, first: str) -> str:
    """Return both as one statement; PostgreSQL writes what stands beside after the other, as two statements would."""
    return f"WITH beside AS ({beside}) {first}"


def _measures(counts: Rows) -> tuple[str, ...]:
    return tuple(sorted(set().union(*counts.values())))


def _adding(
    model: type[Cell], keys: list[Row], counts: Rows, measures: tuple[str, ...]
) -> tuple[str, list[Any]]:
    vendor = rows.link().vendor
    if vendor == "postgresql":
        return _statement(vendor, model, 0, measures), _arrays(keys, counts, measures)
    return _statement(vendor, model, len(keys), measures), _in_turn(keys, counts, measures)


def _in_turn(keys: list[Row], counts: Rows, measures: tuple[str, ...]) -> list[Any]:
    """Return the values row by row."""
    values: list[Any] = []
    for key in keys:
        values += key
        values += map(counts[key].get, measures)
    return values


def _arrays(keys: list[Row], counts: Rows, measures: tuple[str, ...]) -> list[Any]:
    """Return the values column by column as PostgreSQL writes arrays, a tenth of the work of binding each value."""
    many = [counts[key] for key in keys]
    texts = [_array([_quoted(str(value)) for value in column]) for column in zip(*keys, strict=True)]
    numbers = [_array([str(row.get(name, "NULL")) for row in many]) for name in measures]
    return texts + numbers


def _array(values: list[str]) -> str:
    return "{" + ",".join(values) + "}"


@lru_cache(maxsize=10_000)  # codes of places, lines and categories, and days: the same again and again
def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def clear(model: type[Cell]) -> None:
    """Empty a table of counters."""
    model._default_manager.all().delete()


TABLES: Final[tuple[type[Cell], ...]] = (Count, OpenCount)
