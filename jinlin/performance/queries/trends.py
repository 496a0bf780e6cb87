"""How it went over the period, and what it was made of: one query for the trend and both mixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jinlin.kernel import clock
from jinlin.performance.queries.drills import Drills
from jinlin.performance.queries.filters import Filters, Period, with_period
from jinlin.performance.queries.reading import (
    CATEGORY,
    CHANNEL,
    Ask,
    Count,
    Sums,
    by,
    days_are_kept,
    rows_for,
    summed,
)
from jinlin.performance.queries.scope import Scope, Teller
from jinlin.performance.queries.shapes import Point, Trend

MEASURES: Final = ("reported", "ended", "close_should", "close_late", "reopened", "dispatched", "returned")
MIXED: Final = ("reported",)
SHOWN: Final = {
    "reported": "reported",
    "closed": "ended",
    "due": "close_should",
    "late": "close_late",
    "reopened": "reopened",
    "dispatched": "dispatched",
    "returned": "returned",
}
BY_DAY, BY_WEEK = 62, 26 * 7  # the longest periods shown day by day and week by week
STEPS: Final = ("day", "week", "month")


@dataclass(frozen=True)
class Mixes:
    """A trend, and reported matters by category and by channel."""

    trend: Trend
    filters: Filters  # as used for the mixes
    categories: dict[str, int]
    channels: dict[str, int]


def step_of(period: Period, asked: str, *, by_day: bool) -> str:
    """Return the step of a trend: what was asked if the counters know it, else what suits the period."""
    if not by_day:
        return "month"
    if asked in STEPS and not (asked == "day" and period.days > 2 * BY_WEEK):
        return asked
    if period.days <= BY_DAY:
        return "day"
    return "week" if period.days <= BY_WEEK else "month"


def mixes(scope: Scope, filters: Filters, period: Period, asked: str) -> Mixes:
    """Return the trend and the mixes of a period (one query)."""
    code, counties, bits = scope.area.code, scope.counties, filters.bits
    step = step_of(period, asked, by_day=days_are_kept(scope.area.level, bits))
    whole = period.months() if step == "month" else period
    by_day = days_are_kept(scope.area.level, bits | CATEGORY)
    mixed = period if by_day and days_are_kept(scope.area.level, bits | CHANNEL) else period.months()
    found = summed(
        Count,
        MEASURES,
        (
            Ask("trend", rows_for(code, counties, bits, whole, monthly=step == "month"), ("day",), filters),
            Ask("category", rows_for(code, counties, bits | CATEGORY, mixed), ("category",), filters, MIXED),
            Ask("channel", rows_for(code, counties, bits | CHANNEL, mixed), ("channel",), filters, MIXED),
        ),
    )
    return Mixes(
        Trend(step, _points(by(found["trend"], "day"), whole, step, scope.tell, Drills(scope, filters))),
        with_period(filters, mixed),
        _reported(by(found["category"], "category")),
        _reported(by(found["channel"], "channel")),
    )


def _reported(found: Mapping[str, Sums]) -> dict[str, int]:
    return {code: sums["reported"] for code, sums in found.items() if sums["reported"]}


def _points(
    days: Mapping[str, Sums], period: Period, step: str, tell: Teller, drills: Drills
) -> tuple[Point, ...]:
    """Return every step of the period up to today, also those on which nothing happened."""
    sums: dict[date, Sums] = {}
    until = min(period.until, clock.today())
    for day in _steps(period.since, until, step):
        sums[day] = Counter()
    for text, found in days.items():
        day = _begin(date.fromisoformat(text), step)
        if day in sums:
            sums[day].update(found)
    ends = [*(day - timedelta(days=1) for day in list(sums)[1:]), period.until]
    points = []
    for (day, found), end in zip(sums.items(), ends, strict=True):
        led = drills.on_days(max(day, period.since), end)
        counts = {name: tell.count(found[measure]) for name, measure in SHOWN.items()}
        points.append(Point(day, counts, {name: led.behind(measure) for name, measure in SHOWN.items()}))
    return tuple(points)


def _begin(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _steps(since: date, until: date, step: str) -> list[date]:
    found, day = [], _begin(since, step)
    while day <= until:
        found.append(day)
        day = _begin(day + timedelta(days={"day": 1, "week": 7, "month": 31}[step]), step)
    return found
