"""Counting while cases move: the listener inside the transaction of the move."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction

from jinlin.cases.events import CaseMoved
from jinlin.cases.queries.timelines import happenings
from jinlin.performance.actions.writing import add_both, table_of
from jinlin.performance.models import OpenCount
from jinlin.performance.rules import counting, cuts, telling

SWEPT_AT_ONCE: Final = 2_000


def keep(event: CaseMoved) -> None:
    """Count a line of a timeline, in the transaction that wrote it; a failure undoes the move.

    One or two statements, and one read for the few lines that change how earlier ones are counted (`needs_past`).
    """
    before, after, what = event.before, event.after, event.what
    rows: cuts.Rows = {}
    if telling.needs_past(before, after, what):
        past = happenings(county=event.county, case_id=event.case_id, until=event.seq)
        where, was, there, now = telling.moved(past, what)
        cuts.spread(rows, event.county, where, was, -1)
        cuts.spread(rows, event.county, there, now)
    else:
        cuts.spread(rows, event.county, counting.place_of(after), counting.counted(before, after, what))
    held, holds = counting.gauge_of(before), counting.gauge_of(after)
    place, now_at = counting.place_of(before), counting.place_of(after)
    still: cuts.Rows = {}
    if (held, place) != (holds, now_at):
        cuts.spread_open(still, event.county, place, held, -1)
        cuts.spread_open(still, event.county, now_at, holds, 1)
    add_both(cuts.without_zeros(rows), cuts.without_zeros(still))


def sweep_empty() -> int:
    """Take away rows of open cases that count nothing any more, in small transactions; returns how many."""
    table, swept = table_of(OpenCount), 0
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    row = "ctid" if connection.vendor == "postgresql" else "rowid"
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE {row} IN "  # noqa: S608  names of our own
                f"(SELECT {row} FROM {table} WHERE n IS NULL LIMIT {SWEPT_AT_ONCE}{skip})"
            )
            gone = int(cursor.rowcount)
        swept += gone
        if gone < SWEPT_AT_ONCE:
            return swept
