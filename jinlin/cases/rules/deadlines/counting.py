"""From a start, an amount and a unit to a due moment, with pauses and extensions; pure, so recomputing changes nothing.

Civil Code 201: the day a period starts is not counted. 203: a period in days ends on its last day at the close of office
hours; if that day is a day off, on the next working day. Working hours run inside office hours only, clock hours run
through. A pause is half open, [from, to): what ran before it stays run, and no due moment lies in it. A day counts when its
close of office is reached outside every pause, so a pause over lunch costs no day and a pause over night one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Final, Literal

from jinlin.cases.rules.deadlines.calendar import DEFAULT, SECOND, WorkCalendar
from jinlin.cases.rules.deadlines.national import BASE, LAST

Unit = Literal["clock_hour", "working_hour", "working_day", "calendar_day"]
UNITS: Final[tuple[Unit, ...]] = ("clock_hour", "working_hour", "working_day", "calendar_day")
DAY_UNITS: Final = ("working_day", "calendar_day")
MAX_AMOUNT: Final = 2_000  # what an administrator may set
LONGEST: Final = 100_000  # what the engine counts
Pause = tuple[datetime, datetime]
Range = tuple[int, int]  # half open, of days by number or offset
_fromordinal = date.fromordinal


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment with the days that were counted (for calendar days: the day it ends on)."""

    at: datetime
    counted: tuple[date, ...] = ()


def check_amount(amount: float, unit: str) -> None:
    """Raise ValueError for an unknown unit, an amount outside 0 to 100,000, or a part of a day."""
    if unit not in UNITS:
        raise ValueError("unknown unit")
    if not 0 <= amount <= LONGEST:  # also refuses nan
        raise ValueError("amount out of range")
    if unit in DAY_UNITS and amount != int(amount):
        raise ValueError("days are counted whole")


def due_at(start: datetime, amount: float, unit: Unit, calendar: WorkCalendar = DEFAULT) -> Due:
    """Return when a period without pauses ends; a period of no length ends when it starts.

    `start` is aware; `amount` is in units, whole for days, 0 to 100,000. Raises ValueError for anything else and for
    moments outside 1949 to 2149.
    """
    return due_after(start, amount, unit, calendar)


def due_after(
    start: datetime,
    amount: float,
    unit: Unit,
    calendar: WorkCalendar = DEFAULT,
    pauses: Iterable[Pause] = (),
    extended_days: int = 0,
) -> Due:
    """Return when a period ends that was paused and extended: a pure function of its facts.

    `pauses` are closed, in any order, and may overlap; `extended_days` are working days after the due moment it had.
    Raises ValueError as `due_at`, and for a pause that ends before it begins.
    """
    check_amount(amount, unit)
    merged = merge(pauses) if pauses else ()
    due = base_due(start, amount, unit, calendar, merged)
    if extended_days:
        check_amount(extended_days, "working_day")
        more = _working_days(calendar.place(due.at).day, extended_days, calendar, merged)
        due = Due(more.at, due.counted + more.counted)
    return due


def base_due(
    start: datetime, amount: float, unit: Unit, calendar: WorkCalendar, merged: Sequence[Pause]
) -> Due:
    """Return when a period ends before any extension; `merged` comes from `merge`."""
    place = calendar.place(start)
    if not amount:
        return Due(_after_pause(start, merged).astimezone(calendar.zone))
    if unit == "working_day":
        return _working_days(place.day, int(amount), calendar, merged)
    if unit == "calendar_day":
        _last, due = calendar_days(place.day, int(amount), calendar, merged)
        return Due(calendar.closing(due), (_fromordinal(due + BASE),))
    if unit == "working_hour":
        return _working_time(start, _length(amount), calendar, merged)
    return Due(_clock_time(start, timedelta(microseconds=_length(amount)), merged, calendar))


def _length(hours: float) -> int:
    """Return hours in microseconds, to the whole second: nobody is a third of a second late."""
    return round(hours * 3600) * SECOND


def merge(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return pauses in order, touching ones joined, empty ones dropped; ValueError for one that ends before it begins."""
    found: list[Pause] = []
    for begin, end in sorted((_utc(begin), _utc(end)) for begin, end in pauses):
        if end < begin:
            raise ValueError("a pause ends before it begins")
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > begin:
            found.append((begin, end))
    return tuple(found)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no meaning here")
    return moment.astimezone(UTC)


def _after_pause(moment: datetime, merged: Sequence[Pause]) -> datetime:
    for begin, end in merged:
        if begin <= moment < end:
            return end
    return moment


def skip(first: int, count: int, lost: Sequence[Range]) -> int:
    """Return the end (half open) of `count` numbers from `first` on, leaving lost ranges out."""
    end = first + count
    for begin, stop in lost:
        begin = max(begin, first)
        if begin >= end:
            break
        end += max(0, stop - begin)
    return end


def lost_workdays(calendar: WorkCalendar, merged: Sequence[Pause]) -> list[Range]:
    """Return the numbers of working days whose close of office falls into a pause."""
    days, office = calendar.days, calendar.office

    def closed_before(moment: datetime) -> int:
        day, at = calendar.place(moment)
        return days.before[day] + (days.works[day] and office.hours_on(day).close < at)

    return _ranges(merged, closed_before)


def lost_days(calendar: WorkCalendar, merged: Sequence[Pause]) -> list[Range]:
    """Return the offsets of days, worked or not, whose hour of closing falls into a pause."""

    def closed_before(moment: datetime) -> int:
        day, at = calendar.place(moment)
        return day + (calendar.office.hours_on(day).close < at)

    return _ranges(merged, closed_before)


def _ranges(merged: Sequence[Pause], closed_before: Callable[[datetime], int]) -> list[Range]:
    found = ((closed_before(begin), closed_before(end)) for begin, end in merged)
    return [(begin, end) for begin, end in found if begin < end]


def _working_days(day: int, amount: int, calendar: WorkCalendar, merged: Sequence[Pause]) -> Due:
    """Count working days after a day; a day whose close falls into a pause doesn't count."""
    days, office = calendar.days, calendar.office
    first = days.before[day + 1]
    lost = lost_workdays(calendar, merged) if merged else ()
    end = skip(first, amount, lost)
    last = office.nth(end - 1)
    numbers = days.nth[first:end] if not lost else [days.nth[n] for n in _kept(first, end, lost)]
    counted = tuple([_fromordinal(n + BASE) for n in numbers])
    return Due(calendar.closing(last), counted)


def _kept(first: int, end: int, lost: Sequence[Range]) -> Iterable[int]:
    """Return the numbers from first to end that are not lost."""
    edges = [first, *chain.from_iterable((max(a, first), max(b, first)) for a, b in lost if a < end), end]
    return chain.from_iterable(range(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True))


def calendar_days(day: int, amount: int, calendar: WorkCalendar, merged: Sequence[Pause]) -> tuple[int, int]:
    """Return the offsets of the last day of a period of calendar days and of the working day it ends on."""
    last = skip(day + 1, amount, lost_days(calendar, merged) if merged else ()) - 1
    if last >= len(calendar.days.works):
        raise ValueError("the period ends after 2149")
    index = calendar.days.before[last]
    for begin, end in lost_workdays(calendar, merged) if merged else ():
        if begin <= index < end:
            index = end
    return last, calendar.office.nth(index)


def _clock_time(
    start: datetime, rest: timedelta, merged: Sequence[Pause], calendar: WorkCalendar
) -> datetime:
    """Count elapsed time in UTC, so that the summer time of 1986 to 1991 costs or gives no hour."""
    moment = start.astimezone(UTC)
    for begin, end in merged:
        if end <= moment:
            continue
        if begin > moment:
            if rest < begin - moment:
                break
            rest -= begin - moment
        moment = end
    try:
        due = (moment + rest).astimezone(calendar.zone)
    except OverflowError:
        raise ValueError("the period ends after 2149") from None
    if due.year >= LAST.year and due.date() >= LAST:
        raise ValueError("the period ends after 2149")
    return due


def _working_time(start: datetime, rest: int, calendar: WorkCalendar, merged: Sequence[Pause]) -> Due:
    """Count office time from a start, between pauses."""
    if not merged:
        return _office_time(start, rest, calendar)
    moment = start
    for begin, end in merged:
        if end <= moment:
            continue
        if begin > moment:
            due = _office_time(moment, rest, calendar).at
            if due < begin:
                break
            rest -= _ran(moment, begin, calendar)
        moment = end
    else:
        due = _office_time(moment, rest, calendar).at
    return Due(due, _office_days(start, due, calendar, merged))


def _ran(begin: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """Return the office time between two moments."""
    office = calendar.office
    return office.position(calendar.place(end)) - office.position(calendar.place(begin))


def running(start: datetime, due: datetime, merged: Sequence[Pause]) -> list[tuple[datetime, datetime]]:
    """Return the stretches from start to due outside pauses."""
    found, moment = [], start
    for begin, end in merged:
        if end <= moment:
            continue
        if begin >= due:
            break
        if begin > moment:
            found.append((moment, begin))
        moment = end
    if moment < due:
        found.append((moment, due))
    return found


def _office_time(start: datetime, rest: int, calendar: WorkCalendar) -> Due:
    """Return when office time is used up, without pauses; nothing left: now, or when offices open."""
    office, place = calendar.office, calendar.place(start)
    since = office.position(place)
    found = office.moment(since + rest) if rest else office.first_open(place)
    return Due(calendar.at(found), _days_between(since, since + rest, calendar))


def _days_between(since: int, by: int, calendar: WorkCalendar) -> tuple[date, ...]:
    """Return the days on which office time ran, from one position to another."""
    if by <= since:
        return ()
    office, days = calendar.office, calendar.days
    first, last = office.moment(since + 1).day, office.moment(by).day
    return tuple([_fromordinal(day + BASE) for day in days.nth[days.before[first] : days.before[last] + 1]])


def _office_days(
    start: datetime, due: datetime, calendar: WorkCalendar, merged: Sequence[Pause]
) -> tuple[date, ...]:
    """Return the days on which office time ran outside pauses, each once."""
    office = calendar.office
    stretches = (
        _days_between(office.position(calendar.place(begin)), office.position(calendar.place(end)), calendar)
        for begin, end in running(start, due, merged)
    )
    return tuple(dict.fromkeys(chain.from_iterable(stretches)))


def advance(start: datetime, seconds: float, unit: Unit, calendar: WorkCalendar = DEFAULT) -> Due:
    """Return the moment a number of running seconds after start; office seconds for the working units."""
    rest = round(seconds * SECOND)
    if unit in ("clock_hour", "calendar_day"):
        return Due(_clock_time(start, timedelta(microseconds=rest), (), calendar))
    return _office_time(start, rest, calendar)


def left(now: datetime, due: datetime, unit: Unit, calendar: WorkCalendar = DEFAULT) -> float:
    """Return the running seconds between now and due: office seconds for working units; 0 when past."""
    if now >= due:
        return 0.0
    if unit in ("clock_hour", "calendar_day"):
        return (due.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
    return _ran(now, due, calendar) / SECOND


def remaining(
    now: datetime,
    start: datetime,
    amount: float,
    unit: Unit,
    calendar: WorkCalendar = DEFAULT,
    pauses: Iterable[Pause] = (),
    extended_days: int = 0,
) -> float:
    """Return what is still to run at a moment: seconds for the units of hours, whole days for those of days.

    Days of an extension are added to days; for hours their office or clock time is. 0 when due. A clock that stands
    still shows what was left when the pause began: give that moment as `now` and the closed pauses before it.
    """
    merged = merge(pauses)
    due = due_after(start, amount, unit, calendar, merged, extended_days).at
    if now >= due or not (amount or extended_days):
        return 0.0
    if unit in DAY_UNITS:
        return float(_days_left(now, start, due, unit, calendar, merged))
    since = max(now, start)
    if unit == "working_hour":
        return sum(_ran(begin, end, calendar) for begin, end in running(since, due, merged)) / SECOND
    return sum((_utc(end) - _utc(begin)).total_seconds() for begin, end in running(since, due, merged))


def _days_left(
    now: datetime, start: datetime, due: datetime, unit: Unit, calendar: WorkCalendar, merged: Sequence[Pause]
) -> int:
    """Return the days that close after now, outside pauses, up to the due moment; the day of the start is none."""
    day, at = calendar.place(now)
    first = max(day + (calendar.office.hours_on(day).close <= at), calendar.place(start).day + 1)
    end = calendar.place(due).day + 1
    if unit == "calendar_day":
        lost = lost_days(calendar, merged)
    else:
        lost = lost_workdays(calendar, merged)
        first, end = calendar.days.before[first], calendar.days.before[end]
    return end - first - sum(max(0, min(b, end) - max(a, first)) for a, b in lost)
