"""One region's working time: days from the national table with local ones over it, and dated office hours.

Office time is measured as a position: how many microseconds offices have been open since 1949. A period of working hours
is then one addition, and what is left of it one subtraction, however many years lie between.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from jinlin.cases.rules.deadlines.national import BASE, SIZE, Days, days_with, offset

Spans = tuple[tuple[time, time], ...]
CHINA: Final = ZoneInfo("Asia/Shanghai")
SECOND: Final = 1_000_000  # everything is counted in microseconds
_MIDNIGHT: Final = time()


def micros(moment: time | datetime) -> int:
    """Return the microseconds since midnight on the wall clock."""
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * SECOND + moment.microsecond


@lru_cache(maxsize=4096)
def wall(at: int) -> time:
    """Return the time of the day of microseconds since midnight."""
    seconds, micro = divmod(at, SECOND)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, micro)


class DayHours:
    """Office hours of one day as microseconds: (opening, closing, how much ran before it)."""

    def __init__(self, spans: Spans) -> None:
        self.parts: list[tuple[int, int, int]] = []
        self.total = last = 0
        for start, end in spans:
            opening, closing = micros(start), micros(end)
            if not last <= opening < closing:
                raise ValueError("office hours must follow each other and end after they begin")
            self.parts.append((opening, closing, self.total))
            self.total += closing - opening
            last = closing
        if not self.parts:
            raise ValueError("office hours need at least one span")
        self.opening, self.close, self.closes_at = self.parts[0][0], last, spans[-1][1]

    def ran_by(self, at: int) -> int:
        """Return how long offices were open by a time of the day."""
        for opening, closing, before in self.parts:
            if at <= opening:
                return before
            if at < closing:
                return before + at - opening
        return self.total

    def moment_of(self, ran: int) -> int:
        """Return the earliest time of the day by which offices were open that long; 0 < ran <= total."""
        for opening, closing, before in self.parts:
            if ran <= before + closing - opening:
                return opening + ran - before
        raise ValueError("longer than the day")


class Place(NamedTuple):
    """A moment on the wall: the offset of its day and microseconds since midnight."""

    day: int
    at: int


class Office:
    """Running office time over all days: regimes of office hours, each from an offset on."""

    def __init__(self, days: Days, spans: Spans, hours_from: tuple[tuple[date, Spans], ...]) -> None:
        self.days = days
        self.starts, self.hours = [0], [DayHours(spans)]
        for since, later in sorted(hours_from):
            self.starts.append(min(max(since.toordinal() - BASE, 0), SIZE))
            self.hours.append(DayHours(later))
        self.base = [days.before[start] for start in self.starts]
        self.ran = [0]
        for n in range(1, len(self.starts)):
            self.ran.append(self.ran[-1] + (self.base[n] - self.base[n - 1]) * self.hours[n - 1].total)

    def regime(self, day: int) -> int:
        """Return which office hours hold on a day."""
        return 0 if len(self.starts) == 1 else bisect_right(self.starts, day) - 1

    def hours_on(self, day: int) -> DayHours:
        """Return the office hours of a day, worked or not."""
        return self.hours[self.regime(day)]

    def position(self, place: Place) -> int:
        """Return how long offices had been open by a moment."""
        n = self.regime(place.day)
        hours = self.hours[n]
        ran = self.ran[n] + (self.days.before[place.day] - self.base[n]) * hours.total
        return ran + hours.ran_by(place.at) if self.days.works[place.day] else ran

    def moment(self, ran: int) -> Place:
        """Return the earliest moment by which offices had been open that long (a closing time rather than an opening)."""
        n = bisect_left(self.ran, ran) - 1
        hours = self.hours[n]
        whole, rest = divmod(ran - self.ran[n] - 1, hours.total)
        return Place(self.nth(self.base[n] + whole), hours.moment_of(rest + 1))

    def nth(self, index: int) -> int:
        """Return the offset of a working day by its number; ValueError past 2149."""
        try:
            return self.days.nth[index]
        except IndexError:
            raise ValueError("the period ends after 2149") from None

    def first_open(self, place: Place) -> Place:
        """Return the moment itself inside office hours, else the next opening."""
        day, at = place
        if self.days.works[day]:
            for opening, closing, _ran in self.hours_on(day).parts:
                if at <= closing:
                    return Place(day, max(at, opening))
        after = self.nth(self.days.before[day + 1])
        return Place(after, self.hours_on(after).opening)


@lru_cache(maxsize=256)
def _office(days: Days, spans: Spans, hours_from: tuple[tuple[date, Spans], ...]) -> Office:
    return Office(days, spans, hours_from)


@dataclass(frozen=True)
class WorkCalendar:
    """Working days and office hours of one region.

    `spans` hold until the first day of `hours_from`, which names office hours valid from a day on (summer and winter,
    for one); `overrides` are local days against the national calendar, `notes` says why. ValueError for office hours
    that overlap. Cheap to pickle and to copy: the tables behind it are shared by content.
    """

    zone: tzinfo = CHINA
    spans: Spans = ((time(8, 30), time(12, 0)), (time(14, 30), time(18, 0)))
    overrides: Mapping[date, bool] = field(default_factory=dict)
    hours_from: tuple[tuple[date, Spans], ...] = ()
    notes: Mapping[date, str] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the tables out of a pickle."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def days(self) -> Days:
        """The shared table of working days."""
        return days_with(frozenset(self.overrides.items()))

    @cached_property
    def office(self) -> Office:
        """The shared table of office time."""
        return _office(self.days, self.spans, self.hours_from)

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on a day: local override first, then the national calendar."""
        return bool(self.days.works[offset(day)])

    def next_workday(self, day: date) -> date:
        """Return the first working day on or after a day."""
        return date.fromordinal(self.office.nth(self.days.before[offset(day)]) + BASE)

    def spans_on(self, day: date) -> Spans:
        """Return the office hours valid on a day, worked or not."""
        found = self.spans
        for since, later in sorted(self.hours_from):
            if since <= day:
                found = later
        return found

    def close(self, day: date) -> datetime:
        """Return the moment offices close on a day."""
        return datetime.combine(day, self.spans_on(day)[-1][1], self.zone)

    def windows(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the office hours of a day as moments; none on a day off."""
        if not self.is_workday(day):
            return ()
        return tuple(
            (datetime.combine(day, start, self.zone), datetime.combine(day, end, self.zone))
            for start, end in self.spans_on(day)
        )

    def place(self, moment: datetime) -> Place:
        """Return where an aware moment lies on the wall here; ValueError for a naive one or outside 1949 to 2149."""
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone has no meaning here")
        try:
            local = moment.astimezone(self.zone)
        except OverflowError:
            raise ValueError("a moment outside 1949 to 2149") from None
        day = local.toordinal() - BASE
        if not 0 <= day < SIZE - 1:
            raise ValueError("a moment outside 1949 to 2149")
        return Place(day, micros(local))

    def at(self, place: Place) -> datetime:
        """Return the moment of a place on the wall."""
        midnight = datetime.combine(date.fromordinal(place.day + BASE), _MIDNIGHT, self.zone)
        return midnight + timedelta(microseconds=place.at)

    def closing(self, day: int) -> datetime:
        """Return the moment offices close on the day of an offset."""
        return datetime.combine(date.fromordinal(day + BASE), self.office.hours_on(day).closes_at, self.zone)


DEFAULT: Final = WorkCalendar()
