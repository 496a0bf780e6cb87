"""The timeline as those read it who count: verb, reason, day and facts, without a word and without a person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from jinlin.cases.models import Case, CaseEvent
from jinlin.cases.rules.standing import Happening, happening
from jinlin.kernel import clock

FETCHED: Final = 5_000
_READ: Final = "county, case_id, verb, reason_code, at, facts"


def happenings(*, county: str, case_id: UUID, until: int) -> list[Happening]:
    """Return what happened to a case before the line `until` (one query)."""
    rows = CaseEvent.objects.filter(county=county, case_id=case_id, seq__lt=until).order_by("seq")
    found = rows.values_list("verb", "reason_code", "at", "facts")
    return [happening(verb, reason, _day(at), facts) for verb, reason, at, facts in found]


def timelines(counties: Sequence[str] = ()) -> Iterator[tuple[str, list[Happening]]]:
    """Yield (county, lines) for every case, in no promised order of cases; the whole table in one pass.

    Raw rows: building models would take longer than everything that is done with them. `counties`: only these.
    """
    name = connection.ops.quote_name(CaseEvent._meta.db_table)
    marks = ", ".join(["%s"] * len(counties))
    only = f"WHERE county IN ({marks}) " if counties else ""
    sql = f"SELECT {_READ} FROM {name} {only}ORDER BY county, case_id, seq"  # noqa: S608  names of our own
    case, lines, home = None, list[Happening](), ""
    for county, case_id, verb, reason, at, facts in _rows(sql, list(counties)):
        if case_id != case:
            if lines:
                yield home, lines
            case, lines, home = case_id, [], county
        lines.append(happening(verb, reason, _day_of(at), facts))
    if lines:
        yield home, lines


def timeline_length() -> int:
    """Return how many lines all timelines have together."""
    return CaseEvent.objects.count()


def counties_with_cases() -> list[str]:
    """Return the counties that have timelines."""
    return list(Case.unscoped.order_by("county").values_list("county", flat=True).distinct())


def _rows(sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield rows without holding all of them: a named cursor on PostgreSQL, a plain one on SQLite."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            while many := cursor.fetchmany(FETCHED):
                for *head, facts in many:
                    yield *head, json.loads(facts)
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while many := cursor.fetchmany(FETCHED):
            for *head, facts in many:
                yield *head, json.loads(facts) if isinstance(facts, str) else facts


def _day_of(at: str | datetime) -> str:
    """Return the local day of a moment as the driver gives it: SQLite leaves the zone out."""
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return _day(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _day(at: datetime) -> str:
    return clock.local(at).date().isoformat()
