"""Due times on the Chinese working calendar: a start, an amount and a unit give a moment and its working.

Units: clock hours run through; working hours run inside office hours only; working days end at the close of office
hours of the last counted day and the day of the start is not counted; calendar days that end on a day off end on the
next working day (Civil Code 201, 203). Public holidays and make-up working days (调休) come from `chinese_calendar`,
local overrides from data. This module is the seam of the clock engine: callers use `due_at`, `left` and `advance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import chinese_calendar

Unit = Literal["clock_hour", "working_hour", "working_day", "calendar_day"]
UNITS: Final[tuple[Unit, ...]] = ("clock_hour", "working_hour", "working_day", "calendar_day")
MAX_AMOUNT: Final = 2_000
_DAY: Final = timedelta(days=1)
CHINA: Final = ZoneInfo("Asia/Shanghai")


@lru_cache(maxsize=8192)
def _is_public_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except (
        NotImplementedError
    ):  # beyond the published calendar: plain weekdays until the State Council notice
        return day.weekday() < 5


@dataclass(frozen=True)
class WorkCalendar:
    """Working days and office hours of one region."""

    zone: ZoneInfo = CHINA
    spans: tuple[tuple[time, time], ...] = ((time(8, 30), time(12, 0)), (time(14, 30), time(18, 0)))
    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on a day: local override first, then the national calendar."""
        found = self.overrides.get(day)
        return _is_public_workday(day) if found is None else found

    def next_workday(self, day: date) -> date:
        """Return the first working day on or after a day."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def close(self, day: date) -> datetime:
        """Return the moment offices close on a day."""
        return datetime.combine(day, self.spans[-1][1], self.zone)

    def windows(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the office hours of a day as moments; none on a day off."""
        if not self.is_workday(day):
            return ()
        return tuple(
            (datetime.combine(day, start, self.zone), datetime.combine(day, end, self.zone))
            for start, end in self.spans
        )


DEFAULT: Final = WorkCalendar()


@dataclass(frozen=True)
class Due:
    """A due moment with the days that were counted, so that it can be explained."""

    at: datetime
    counted: tuple[date, ...] = ()


def due_at(start: datetime, amount: float, unit: Unit, calendar: WorkCalendar = DEFAULT) -> Due:
    """Return when a period ends.

    `start` is aware; `amount` is in units, 0 to 2,000. Raises ValueError for a naive start or an amount out of range.
    """
    if start.tzinfo is None:
        raise ValueError("start must be aware")
    if not 0 <= amount <= MAX_AMOUNT:
        raise ValueError("amount out of range")
    local = start.astimezone(calendar.zone)
    if amount == 0:
        return Due(local)
    if unit == "clock_hour":
        return Due(local + timedelta(hours=amount))
    if unit == "working_hour":
        return advance(local, amount * 3600, unit, calendar)
    if unit == "working_day":
        return _working_days(local, int(amount), calendar)
    end = calendar.next_workday(local.date() + timedelta(days=int(amount)))
    return Due(calendar.close(end), (end,))


def _working_days(local: datetime, amount: int, calendar: WorkCalendar) -> Due:
    counted: list[date] = []
    day = local.date()
    while len(counted) < amount:
        day = calendar.next_workday(day + _DAY)
        counted.append(day)
    return Due(calendar.close(day), tuple(counted))


def advance(start: datetime, seconds: float, unit: Unit, calendar: WorkCalendar = DEFAULT) -> Due:
    """Return the moment a number of running seconds after start; office seconds for the working units."""
    local = start.astimezone(calendar.zone)
    if unit in ("clock_hour", "calendar_day"):
        return Due(local + timedelta(seconds=seconds))
    counted: list[date] = []
    day, rest = local.date(), timedelta(seconds=seconds)
    while True:
        for opening, closing in calendar.windows(day):
            begin = max(opening, local)
            if begin >= closing:
                continue
            if day not in counted:
                counted.append(day)
            if begin + rest <= closing:
                return Due(begin + rest, tuple(counted))
            rest -= closing - begin
        day += _DAY


def left(now: datetime, due: datetime, unit: Unit, calendar: WorkCalendar = DEFAULT) -> float:
    """Return the running seconds between now and due: office seconds for working units; 0 when past."""
    if now >= due:
        return 0.0
    if unit in ("clock_hour", "calendar_day"):
        return (due - now).total_seconds()
    local, end = now.astimezone(calendar.zone), due.astimezone(calendar.zone)
    total, day = timedelta(), local.date()
    while day <= end.date():
        for opening, closing in calendar.windows(day):
            begin, stop = max(opening, local), min(closing, end)
            if begin < stop:
                total += stop - begin
        day += _DAY
    return total.total_seconds()
