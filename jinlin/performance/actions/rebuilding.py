"""Counting everything anew from the timelines alone, and proving that the kept counters say the same.

County by county, each in one transaction that holds off the moves of the node while it runs. The rule is the one the
moves use (`rules.counting`); only the adding up differs (`rules.adding`), and tests hold both against each other.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db import connection, transaction

from jinlin.cases.queries.timelines import counties_with_cases, timeline_length, timelines
from jinlin.performance.actions.bulk import write_blocks
from jinlin.performance.actions.writing import TABLES, add_rows, table_of
from jinlin.performance.models import KEY, Cell, Count, OpenCount
from jinlin.performance.rules import counting, cuts, telling
from jinlin.performance.rules.adding import History
from jinlin.performance.rules.cuts import Row
from jinlin.performance.rules.measures import FLOWS, GAUGES

SHOWN: Final = 20
EVERY: Final = 2_000  # cases between two words about progress
Told = Callable[[int, int], None]  # lines done, lines in all
Counted = Iterator[tuple[Row, Mapping[str, int]]]


@dataclass(frozen=True)
class Difference:
    """A counter that is not what the timelines say."""

    table: str
    row: Row
    measure: str
    kept: int
    true: int


@dataclass
class Verdict:
    """What a check or a rebuild saw."""

    lines: int = 0
    cases: int = 0
    rows: int = 0
    differences: list[Difference] = field(default_factory=list)
    wrong: int = 0  # counters that differ, also beyond those shown


def rebuild_counters(*, county: str = "", told: Told | None = None) -> Verdict:
    """Throw the counters away, of one county or of all, and count the timelines anew."""
    verdict = Verdict()
    for code in _counties(county):
        with transaction.atomic():
            _hold_moves()
            with connection.cursor() as cursor:
                for model in TABLES:
                    cursor.execute(f"DELETE FROM {table_of(model)} WHERE county = %s", [code])  # noqa: S608
            history, still = _recount(code, verdict, told)
            verdict.rows += write_blocks(Count, history.blocks()) + len(still)
            add_rows(OpenCount, still)
    return verdict


def check_counters(*, county: str = "", told: Told | None = None) -> Verdict:
    """Count the timelines anew beside the kept counters and tell every difference, the first ones by name."""
    verdict = Verdict()
    for code in _counties(county):
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if outermost:
                _see_one_moment()
            history, still = _recount(code, verdict, told)
            _compare(Count, FLOWS, _kept(Count, FLOWS, code), history.rows(), verdict)
            _compare(
                OpenCount,
                GAUGES,
                _kept(OpenCount, GAUGES, code),
                iter(sorted(still.items(), key=itemgetter(0))),
                verdict,
            )
    return verdict


def _counties(county: str) -> list[str]:
    """Return the counties to go over: those with cases and those with counters."""
    if county:
        return [county]
    held = {
        code
        for model in TABLES
        for code in model._default_manager.values_list("county", flat=True).distinct()
    }
    return sorted({*counties_with_cases(), *held})


def _hold_moves() -> None:
    """Let nobody move a case until this transaction ends; on SQLite it has the write gate already."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(map(table_of, TABLES))} IN SHARE ROW EXCLUSIVE MODE")


def _see_one_moment() -> None:
    """Read timelines and counters as they were at one moment, whoever moves cases meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _recount(county: str, verdict: Verdict, told: Told | None) -> tuple[History, cuts.Rows]:
    history, still = History(county), cuts.Rows()
    total = timeline_length() if told else 0
    for _county, lines in timelines((county,)):
        found = telling.replayed(lines)
        place = counting.place_of(found.stands)
        history.take(place, found.flows)
        cuts.spread_open(still, county, place, counting.gauge_of(found.stands), 1)
        verdict.lines += len(lines)
        verdict.cases += 1
        if told and verdict.cases % EVERY == 0:
            told(verdict.lines, total)
    if told:
        told(verdict.lines, total)
    return history, cuts.without_zeros(still)


def _kept(model: type[Cell], measures: tuple[str, ...], county: str) -> Counted:
    """Yield the rows of a county in the order of their keys, without those that count nothing."""
    order = ", ".join(f'{name} COLLATE "C"' if name not in ("cut", "day") else name for name in KEY)
    if connection.vendor == "sqlite":
        order = ", ".join(KEY)
    sql = (
        f"SELECT {', '.join((*KEY, *measures))} FROM {table_of(model)} "  # noqa: S608  names of our own
        f"WHERE county = %s ORDER BY {order}"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [county])
        while many := cursor.fetchmany(2_000):
            for values in many:
                found = {name: n for name, n in zip(measures, values[len(KEY) :], strict=True) if n}
                if found:
                    yield _key(values), found


def _key(values: Any) -> Row:
    county, cut, area, day, *rest = values[: len(KEY)]
    return Row(county, cut, area, day if isinstance(day, str) else day.isoformat(), *rest)


def _compare(
    model: type[Cell], measures: tuple[str, ...], kept: Counted, true: Counted, verdict: Verdict
) -> None:
    """Walk two ordered streams of rows side by side."""
    name = model._meta.model_name or ""
    for row, pair in _together(kept, true):
        verdict.rows += 1
        held, counted = pair
        if held == counted:
            continue
        for measure in measures:
            one, other = held.get(measure, 0), counted.get(measure, 0)
            if one != other:
                verdict.wrong += 1
                if len(verdict.differences) < SHOWN:
                    verdict.differences.append(Difference(name, row, measure, one, other))


def _together(
    kept: Counted, true: Counted
) -> Iterator[tuple[Row, tuple[Mapping[str, int], Mapping[str, int]]]]:
    tagged = heapq.merge(
        ((row, 0, many) for row, many in kept),
        ((row, 1, many) for row, many in true),
        key=lambda one: (one[0], one[1]),
    )
    for row, pair in groupby(tagged, key=lambda one: one[0]):
        sides: list[Mapping[str, int]] = [{}, {}]
        for _row, side, many in pair:
            sides[side] = many
        yield row, (sides[0], sides[1])
