"""The timeline as those read it who count: verb, reason, day and facts, without a word and without a person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from jinlin.cases.models import Case, CaseEvent
from jinlin.cases.rules.standing import Happening, happening
from jinlin.kernel import clock

FETCHED: Final = 5_000
_READ: Final = (  # SQLite has moments as text, of which the minute is enough for the day
    "county, case_id, verb, reason_code, at, facts",
    "county, case_id, verb, reason_code, substr(at, 1, 16), facts",
)


def happenings(*, county: str, case_id: UUID, until: int) -> list[Happening]:
    """Return what happened to a case before the line `until` (one query)."""
    rows = CaseEvent.objects.filter(county=county, case_id=case_id, seq__lt=until).order_by("seq")
    found = rows.values_list("verb", "reason_code", "at", "facts")
    return [happening(verb, reason, _day(at), facts) for verb, reason, at, facts in found]


def timelines_of(cases: Sequence[UUID]) -> Iterator[tuple[UUID, list[Happening]]]:
    """Yield (case, lines) for some cases, a few thousand at most (one query)."""
    rows = CaseEvent.objects.filter(case_id__in=cases).order_by("case_id", "seq")
    found = rows.values_list("case_id", "verb", "reason_code", "at", "facts")
    for case, lines in groupby(found, key=itemgetter(0)):
        yield case, [happening(verb, reason, _day(at), facts) for _case, verb, reason, at, facts in lines]


def timelines(counties: Sequence[str] = ()) -> Iterator[tuple[str, list[Happening]]]:
    """Yield (county, lines) for every case, in no promised order of cases; the whole table in one pass.

    Raw rows: building models would take longer than everything that is done with them. `counties`: only these.
    """
    name = connection.ops.quote_name(CaseEvent._meta.db_table)
    marks = ", ".join(["%s"] * len(counties))
    only = f"WHERE county IN ({marks}) " if counties else ""
    read = _READ[connection.vendor == "sqlite"]
    sql = f"SELECT {read} FROM {name} {only}ORDER BY county, case_id, seq"  # noqa: S608  names of our own
    case, lines, home = None, list[Happening](), ""
    for rows in _many(sql, list(counties)):
        for (county, case_id, verb, reason, at, _text), facts in zip(rows, _facts(rows), strict=True):
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


def _many(sql: str, values: list[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows by the thousand, without holding all: a named cursor on PostgreSQL, a plain one on SQLite."""
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            cursor = stack.enter_context(connection.cursor())
        else:
            stack.enter_context(transaction.atomic())
            cursor = stack.enter_context(connection.chunked_cursor())
        cursor.execute(sql, values)
        while many := cursor.fetchmany(FETCHED):
            yield many


def _facts(rows: Sequence[tuple[Any, ...]]) -> list[Mapping[str, Any]]:
    """Return the facts of rows; read as one text, which takes half the time of thousands."""
    if isinstance(rows[0][-1], str):
        found: list[Mapping[str, Any]] = json.loads(f"[{','.join(row[-1] for row in rows)}]")
        return found
    return [row[-1] for row in rows]


def _day_of(at: str | datetime) -> str:
    """Return the local day of a moment as the driver gives it."""
    return _day(at) if isinstance(at, datetime) else _day_of_minute(at)


@lru_cache(maxsize=200_000)
def _day_of_minute(text: str) -> str:
    return _day(datetime.fromisoformat(text).replace(tzinfo=UTC))


def _day(at: datetime) -> str:
    return clock.local(at).date().isoformat()
