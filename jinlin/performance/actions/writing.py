"""Adding to rows of counters: one statement for all rows of a table, which binds only the measures that changed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.db import connection

from jinlin.kernel import rows
from jinlin.performance.models import KEY, Cell, Count, OpenCount
from jinlin.performance.rules.cuts import Rows

MOST_VALUES: Final = 30_000  # parameters of one statement; SQLite takes 32,766
PATTERNS: Final = 2_000  # statements remembered: a verb at a place makes the same few again and again


def table_of(model: type[Cell]) -> str:
    """Return the quoted table."""
    return connection.ops.quote_name(model._meta.db_table)


@lru_cache(maxsize=PATTERNS)
def _statement(vendor: str, model: type[Cell], rows: int, measures: tuple[str, ...]) -> str:
    table = table_of(model)
    columns = ", ".join((*KEY, *measures))
    marks = ", ".join(["(" + ", ".join(["%s"] * (len(KEY) + len(measures))) + ")"] * rows)
    sums = ", ".join(
        f"{name} = NULLIF(COALESCE({table}.{name}, 0) + COALESCE(excluded.{name}, 0), 0)" for name in measures
    )
    return (
        f"INSERT INTO {table} ({columns}) VALUES {marks} "  # noqa: S608  names of our own
        f"ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {sums}"
    )


def add_rows(model: type[Cell], counts: Rows) -> int:
    """Add to rows of counters, in the order of their keys so that writers never wait for each other in a ring.

    Returns the number of statements: one, unless there are thousands of rows.
    """
    keys = sorted(counts)
    if not keys:
        return 0
    measures = tuple(sorted(set().union(*counts.values())))
    vendor, width = rows.link().vendor, len(KEY) + len(measures)
    batch = max(1, MOST_VALUES // width)
    for first in range(0, len(keys), batch):
        part = keys[first : first + batch]
        values: list[Any] = []
        for key in part:
            values += key
            values += map(counts[key].get, measures)
        rows.run(_statement(vendor, model, len(part), measures), _typed(values, width, vendor))
    return -(-len(keys) // batch)


def _typed(values: list[Any], width: int, vendor: str) -> list[Any]:
    """Turn days into what the driver takes: text on SQLite, dates on PostgreSQL, whose columns don't take text."""
    if vendor == "postgresql":
        at = KEY.index("day")
        values[at::width] = [date.fromisoformat(day) for day in values[at::width]]
    return values


def clear(model: type[Cell]) -> None:
    """Empty a table of counters."""
    model._default_manager.all().delete()


TABLES: Final[tuple[type[Cell], ...]] = (Count, OpenCount)
