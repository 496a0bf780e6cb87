"""Sums of counters: which rows answer a question, and one statement for several questions at once.

Rows are chosen so that no page sums a history it doesn't show: whole months from monthly rows, the days at both ends
from daily ones, areas from their own roll-ups (see `rules.cuts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from jinlin.kernel import clock
from jinlin.performance.models import Cell, Count, OpenCount
from jinlin.performance.queries.filters import Filters, Period, leaves_of
from jinlin.performance.rules.cuts import (
    ALL,
    BASE,
    CATEGORY,
    CHANNEL,
    DEEP,
    DEEP_MONTH,
    LINE,
    MONTHLY,
    OPEN_COUNTY_CUTS,
    SINGLES,
    VILLAGE_CUTS,
)
from jinlin.places.rules import level_of

COUNTY, TOWN, VILLAGE, GRID = 3, 4, 5, 6
END: Final = ":"  # sorts after every digit
Sums = Counter[str]
Key = tuple[str, str, str, str, str]  # area, day, category, line, channel; "" where not asked


@dataclass(frozen=True)
class Rows:
    """A range of rows: the areas of one cut on some days."""

    cut: int
    areas: tuple[str, ...]  # exact codes, or the first digits of a range
    since: date
    until: date
    ranged: bool = False


@dataclass(frozen=True)
class Ask:
    """A question: sums over these rows, narrowed by filters, divided by some columns."""

    name: str
    rows: tuple[Rows, ...]
    by: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    measures: tuple[str, ...] = ()  # all that are asked for, or only these


def days_are_kept(level: int, bits: int) -> bool:
    """Tell whether the counters know the days of a division at a level, or only its months."""
    return bits in SINGLES if level == COUNTY else not bits


def spans(period: Period, *, by_day: bool, by_month: bool = True) -> list[tuple[bool, date, date]]:
    """Cut a period into (monthly, from, to): whole months, and the days before and after them."""
    if not by_day:
        whole = period.months()
        return [(True, whole.since, whole.until)]
    first = period.since if period.since.day == 1 else _next_month(period.since)
    last = period.until if _is_last(period.until) else period.until.replace(day=1) - timedelta(days=1)
    if not by_month or first > last:
        return [(False, period.since, period.until)]
    found = [(True, first, last)]
    if period.since < first:
        found.insert(0, (False, period.since, first - timedelta(days=1)))
    if period.until > last:
        found.append((False, last + timedelta(days=1), period.until))
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _is_last(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def rows_for(
    area: str, counties: Sequence[str], bits: int, period: Period, *, monthly: bool | None = None
) -> tuple[Rows, ...]:
    """Return the rows that hold the flows of an area: `monthly` forces days (False) or months (True)."""
    level = level_of(area)
    by_day = days_are_kept(level, bits) and monthly is not True
    found = []
    for month, since, until in spans(period, by_day=by_day, by_month=monthly is not False):
        found.append(_rows(area, counties, level, bits, month, since, until))
    return tuple(found)


def _rows(
    area: str, counties: Sequence[str], level: int, bits: int, month: bool, since: date, until: date
) -> Rows:
    if level <= COUNTY:
        return Rows(bits + MONTHLY * month, tuple(counties), since, until)
    if level == TOWN:
        held = bits if bits in SINGLES else ALL
        return Rows(held + MONTHLY * month, (area,), since, until)
    if not bits or (month and MONTHLY + bits in VILLAGE_CUTS):
        return Rows(bits + MONTHLY * month, (area,), since, until)
    return Rows(BASE, (area,), since, until, ranged=True)


def rows_below(
    area: str, counties: Sequence[str], children: Iterable[str], bits: int, period: Period
) -> tuple[Rows, ...]:
    """Return the rows that hold the flows of the areas below an area, told apart by `area`."""
    level, codes = level_of(area), tuple(children)
    by_day = days_are_kept(max(level + 1, COUNTY), bits)
    found = []
    for month, since, until in spans(period, by_day=by_day):
        if level == VILLAGE and not bits:
            found.append(Rows(DEEP_MONTH if month else DEEP, codes, since, until))
        elif level == VILLAGE:
            found.append(Rows(BASE, (area,), since, until, ranged=True))
        elif level == TOWN and bits and MONTHLY + bits not in VILLAGE_CUTS:
            found.append(Rows(BASE, (area[:9],), since, until, ranged=True))
        else:
            held = bits if level != COUNTY or bits in SINGLES else ALL
            found.append(Rows(held + MONTHLY * month, counties_or(codes, level, counties), since, until))
    return tuple(found)


def counties_or(codes: tuple[str, ...], level: int, counties: Sequence[str]) -> tuple[str, ...]:
    """Return the areas below: the counties of a city or province, else the children themselves."""
    return tuple(counties) if level <= 2 else codes


def open_rows(area: str, counties: Sequence[str], bits: int) -> Rows:
    """Return the rows that hold what is open in an area."""
    level, always = level_of(area), (date.min, date.max)
    if level <= COUNTY and bits in OPEN_COUNTY_CUTS:
        return Rows(bits, tuple(counties), *always)
    if level == TOWN and not bits:
        return Rows(0, (area,), *always)
    prefixes = tuple(code[:6] for code in counties) if level <= COUNTY else (area[: {4: 9, 5: 12}[level]],)
    return Rows(BASE, prefixes, *always, ranged=True)


def open_below(area: str, counties: Sequence[str], children: Iterable[str], bits: int) -> Rows:
    """Return the rows that hold what is open in the areas below an area; a range is told apart by its first digits."""
    level, always = level_of(area), (date.min, date.max)
    if level <= 2 and bits in OPEN_COUNTY_CUTS:
        return Rows(bits, tuple(counties), *always)
    if level == COUNTY and not bits:
        return Rows(0, tuple(children), *always)
    return open_rows(area, counties, ALL)


def child_of(area: str, row_area: str) -> str:
    """Return which area below an area a row lies in: its own code, cut to the length of that level."""
    level = level_of(area)
    if level <= 2:
        return row_area[:6] + "000000"
    if level == COUNTY:
        return row_area[:9] + "000"
    return row_area[:12] if level == TOWN else row_area


def summed(model: type[Cell], measures: Sequence[str], asks: Sequence[Ask]) -> dict[str, dict[Key, Sums]]:
    """Return the sums that answer each question, by its name and key (one query for all of them)."""
    parts: list[str] = []
    values: list[Any] = []
    for ask in asks:
        for rows in filter(lambda one: one.areas, ask.rows):
            parts.append(_select(model, measures, ask, rows, values))
    found: dict[str, dict[Key, Sums]] = {ask.name: {} for ask in asks}
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for name, area, day, category, line, channel, *numbers in cursor.fetchall():
            sums = found[name].setdefault((area, str(day or ""), category, line, channel), Counter())
            for measure, n in zip(measures, numbers, strict=True):
                if n:
                    sums[measure] += int(n)
    return found


def _select(model: type[Cell], measures: Sequence[str], ask: Ask, rows: Rows, values: list[Any]) -> str:
    """Return one SELECT; the areas are joined, so that each is a seek of its own in the index."""
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [
        f"t.{name}" if name in ask.by else ("CAST(NULL AS date)" if name == "day" else "''") for name in _KEYS
    ]
    wanted = ask.measures or measures
    sums = ", ".join(_summed(name) if name in wanted else "CAST(NULL AS bigint)" for name in measures)
    values.append(ask.name)
    where = f"t.county = p.column1 AND t.cut = {rows.cut}"
    if rows.ranged:
        where += " AND t.area >= p.column2 AND t.area < p.column3"
    else:
        where += " AND t.area = p.column2"
    seeks = ask.filters.category and not rows.ranged
    places = _places(rows.areas, values)
    if seeks:
        places = _seeks(places, rows, ask.filters, values)
        where += " AND t.category = p.category" + (" AND t.day = p.day" if rows.since > date.min else "")
    elif rows.since > date.min:
        where += _on_days(rows, bool(ask.filters.bits) and not rows.ranged, values)
    where += _narrowed(ask.filters, rows.ranged, values)
    text = f"SELECT %s, {', '.join(columns)}, {sums} FROM {places} AS p CROSS JOIN {table} t WHERE {where}"  # noqa: S608
    groups = ", ".join(f"t.{name}" for name in _KEYS if name in ask.by)
    return text + (f" GROUP BY {groups}" if groups else "")


def _places(areas: Sequence[str], values: list[Any]) -> str:
    values += [part for area in areas for part in _place(area)]
    return f"(VALUES {', '.join(['(%s, %s, %s)'] * len(areas))})"


def _seeks(places: str, rows: Rows, filters: Filters, values: list[Any]) -> str:
    """Return the table of areas, each with every leaf of a category and every day: all of them are seeks in the index.

    PostgreSQL takes the rows of an area for a few; for lists of leaves and days beside it, it would read all years.
    """
    beside: dict[str, list[Any]] = {"category": [*leaves_of(filters.category)]}
    if rows.since > date.min:
        beside["day"] = [_taken(day) for day in _days(rows)]
    for listed in beside.values():
        values += listed
    lists = [
        f"CROSS JOIN (VALUES {', '.join(['(%s)'] * len(listed))}) AS {name}"
        for name, listed in beside.items()
    ]
    columns = ", ".join(["a.*", *(f"{name}.column1 AS {name}" for name in beside)])
    return f"(WITH s AS MATERIALIZED (SELECT {columns} FROM {places} AS a {' '.join(lists)}) SELECT * FROM s)"  # noqa: S608


LATE, TODAY = "n_late", "n_today"  # of what is open: due before today, due today


def _summed(measure: str) -> str:
    if measure not in (LATE, TODAY):
        return f"SUM(t.{measure})"
    sign = "<" if measure == LATE else "="
    return f"SUM(CASE WHEN t.day {sign} '{clock.today().isoformat()}' THEN t.n END)"


_KEYS: Final = ("area", "day", "category", "line", "channel")


def _place(area: str) -> tuple[str, str, str]:
    return area[:6] + "000000", area, area + END


def _on_days(rows: Rows, one_by_one: bool, values: list[Any]) -> str:
    """Return the condition on days; named one by one, each is a seek in the index, and what is filtered one more."""
    if not one_by_one:
        values += [_taken(rows.since), _taken(rows.until)]
        return " AND t.day >= %s AND t.day <= %s"
    named = _days(rows)
    values += map(_taken, named)
    return f" AND t.day IN ({', '.join(['%s'] * len(named))})"


def _days(rows: Rows) -> list[date]:
    days = [rows.since + timedelta(days=at) for at in range((rows.until - rows.since).days + 1)]
    return [day for day in days if rows.cut < MONTHLY or day.day == 1]


def _taken(day: date) -> Any:
    return day if connection.vendor == "postgresql" else day.isoformat()


def _narrowed(filters: Filters, ranged: bool, values: list[Any]) -> str:
    text = ""
    if filters.category and ranged:
        codes = leaves_of(filters.category)
        text += f" AND t.category IN ({', '.join(['%s'] * len(codes))})"
        values += codes
    for name in ("line", "channel"):
        if value := getattr(filters, name):
            text += f" AND t.{name} = %s"
            values.append(value)
    return text


def only(found: Mapping[Key, Sums]) -> Sums:
    """Return the sums of a question that was not divided."""
    whole: Sums = Counter()
    for sums in found.values():
        whole.update(sums)
    return whole


def by(found: Mapping[Key, Sums], column: str) -> dict[str, Sums]:
    """Return sums by one column of the key."""
    at = _KEYS.index(column)
    told: dict[str, Sums] = {}
    for key, sums in found.items():
        told.setdefault(key[at], Counter()).update(sums)
    return told


__all__ = [
    "CATEGORY",
    "CHANNEL",
    "COUNTY",
    "LINE",
    "Ask",
    "Count",
    "Key",
    "OpenCount",
    "Rows",
    "Sums",
    "by",
    "child_of",
    "days_are_kept",
    "only",
    "open_below",
    "open_rows",
    "rows_below",
    "rows_for",
    "summed",
]  # fmt: skip
