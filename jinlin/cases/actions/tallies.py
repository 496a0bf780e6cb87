"""Counters kept by the moves in the same transaction, so that a board never scans cases."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db import connection

from jinlin.cases.models import Case, Tally
from jinlin.kernel import clock

Key = tuple[str, str, str, str, str, date]


def due_day(due_at: datetime) -> date:
    """Return the local day a due moment is counted on."""
    return clock.local(due_at).date()


def key_of(case: Case, measure: str, day: date) -> Key:
    """Return the counter a case belongs to."""
    return (case.county, case.town, case.village, case.grid, measure, day)


def add(changes: Counter[Key]) -> None:
    """Add to counters in one statement; zero changes are dropped, rows are ordered so that locks don't cross."""
    rows = sorted((key, n) for key, n in changes.items() if n)
    if not rows:
        return
    table = connection.ops.quote_name(Tally._meta.db_table)
    marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    sql = (
        f"INSERT INTO {table} (county, town, village, grid, measure, day, n) VALUES {marks} "  # noqa: S608 fixed names
        f"ON CONFLICT (county, measure, day, town, village, grid) DO UPDATE SET n = {table}.n + excluded.n"
    )
    values: list[str | int | date] = []
    for key, n in rows:
        values += [*key[:5], key[5] if connection.vendor == "postgresql" else key[5].isoformat(), n]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def moved(case: Case, *, was_open: bool, old_due: datetime) -> Counter[Key]:
    """Return what one move changes: the due counter, and closed or opened."""
    changes: Counter[Key] = Counter()
    if was_open:
        changes[key_of(case, Tally.DUE, due_day(old_due))] -= 1
    if case.is_open:
        changes[key_of(case, Tally.DUE, due_day(case.due_at))] += 1
    today = clock.today()
    if was_open and not case.is_open:
        changes[key_of(case, Tally.ENDED, today)] += 1
    return changes
