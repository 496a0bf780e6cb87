"""The working of a due moment: every day from start to due with the reason why it counted or didn't.

Rebuilt from (start, amount, unit, calendar, pauses, extension) whenever somebody asks, so nothing of it is stored.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from typing import Any, NamedTuple

from jinlin.cases.rules.deadlines.calendar import DEFAULT, SECOND, Spans, WorkCalendar, wall
from jinlin.cases.rules.deadlines.counting import (
    Pause,
    Range,
    Unit,
    base_due,
    calendar_days,
    check_amount,
    due_after,
    lost_days,
    lost_workdays,
    merge,
    running,
)
from jinlin.cases.rules.deadlines.national import (
    BASE,
    HOLIDAY,
    KINDS,
    LOCAL_OFF,
    LOCAL_WORK,
    MAKE_UP,
    PUBLISHED,
    Why,
    holiday_names,
)

COUNTED = ("counted", "make_up", "local_work")


class Run(NamedTuple):
    """Days on end of one kind, from first to last, with the name of the holiday or the note of a local day."""

    first: date
    last: date
    why: Why
    names: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.last.toordinal() - self.first.toordinal() + 1

    @property
    def counts(self) -> bool:
        """Whether its days were counted."""
        return self.why in COUNTED


class Piece(NamedTuple):
    """Office time that ran on one day without a break."""

    day: date
    begin: time
    end: time
    seconds: float


@dataclass(frozen=True)
class Working:
    """How a due moment came about.

    `runs` cover the days from the start to the end of the period, `extension` those after it; a period of calendar days
    ends on `last_day`, and when that is a day off, `moved` are the days passed over to the next working day; `pieces` show
    working hours; `unpublished` are the years whose national calendar isn't known here.
    """

    start: datetime
    due: datetime
    amount: float
    unit: Unit
    runs: tuple[Run, ...]
    spans: Spans
    base_due: datetime
    extended_days: int = 0
    moved: tuple[Run, ...] = ()
    extension: tuple[Run, ...] = ()
    pieces: tuple[Piece, ...] = ()
    pauses: tuple[Pause, ...] = ()
    last_day: date | None = None
    unpublished: tuple[int, ...] = ()

    @property
    def counted(self) -> tuple[date, ...]:
        """The days that were counted, in order."""
        return tuple(
            date.fromordinal(n)
            for run in chain(self.runs, self.extension)
            if run.counts
            for n in range(run.first.toordinal(), run.last.toordinal() + 1)
        )

    @property
    def skipped(self) -> tuple[Run, ...]:
        """The days that were not."""
        return tuple(run for run in chain(self.runs, self.extension) if not run.counts)

    def as_json(self) -> dict[str, Any]:
        """Return the working for an API: ISO days and moments, local time of the calendar."""
        return {
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "amount": self.amount,
            "unit": self.unit,
            "extended_days": self.extended_days,
            "base_due": self.base_due.isoformat(),
            "runs": [_run_json(run) for run in self.runs],
            "moved": [_run_json(run) for run in self.moved],
            "extension": [_run_json(run) for run in self.extension],
            "office_time": [
                {
                    "day": p.day.isoformat(),
                    "from": p.begin.isoformat(),
                    "to": p.end.isoformat(),
                    "seconds": p.seconds,
                }
                for p in self.pieces
            ],
            "pauses": [{"from": begin.isoformat(), "to": end.isoformat()} for begin, end in self.pauses],
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "office_hours": [
                [begin.isoformat("minutes"), end.isoformat("minutes")] for begin, end in self.spans
            ],
            "unpublished": list(self.unpublished),
        }


def _run_json(run: Run) -> dict[str, Any]:
    return {
        "first": run.first.isoformat(),
        "last": run.last.isoformat(),
        "why": run.why,
        "names": list(run.names),
        "days": run.days,
        "counts": run.counts,
    }


def explain(
    start: datetime,
    amount: float,
    unit: Unit,
    calendar: WorkCalendar = DEFAULT,
    pauses: Iterable[Pause] = (),
    extended_days: int = 0,
) -> Working:
    """Return the due moment with its working; arguments and errors as `due_after`."""
    check_amount(amount, unit)
    merged = merge(pauses) if pauses else ()
    base = base_due(start, amount, unit, calendar, merged).at
    due = due_after(start, amount, unit, calendar, merged, extended_days).at if extended_days else base
    first, last = calendar.place(start).day, calendar.place(base).day
    end = last if due == base else calendar.place(due).day
    lost = [_at(calendar, one) for one in lost_workdays(calendar, merged)] if merged else []
    local = start.astimezone(calendar.zone)
    runs: Iterable[Run] = ()
    moved: Iterable[Run] = ()
    pieces: tuple[Piece, ...] = ()
    nominal = None
    if unit == "calendar_day" and amount:
        nominal, _end = calendar_days(first, int(amount), calendar, merged)
        runs = chain((_start_run(first),), _cut(first + 1, nominal, lost_days(calendar, merged), 0, calendar))
        moved = _office_runs(nominal, last - 1, calendar, lost)
    elif unit == "working_day" and amount:
        runs = chain((_start_run(first),), _office_runs(first + 1, last, calendar, lost))
    elif unit == "working_hour":
        pieces = tuple(_pieces(start, base, calendar, merged))
        runs = _hour_runs(first, last, pieces, calendar)
    zone = calendar.zone
    return Working(
        start=local,
        due=due,
        amount=amount,
        unit=unit,
        runs=tuple(runs),
        spans=calendar.spans_on(due.date()),
        base_due=base,
        extended_days=extended_days,
        moved=tuple(moved),
        extension=tuple(_office_runs(last + 1, end, calendar, lost)) if end > last else (),
        pieces=pieces,
        pauses=tuple(
            (begin.astimezone(zone), stop.astimezone(zone))
            for begin, stop in merged
            if begin < due and stop > start
        ),
        last_day=None if nominal is None else date.fromordinal(nominal + BASE),
        unpublished=_unpublished(local.year, due.year) if unit != "clock_hour" or extended_days else (),
    )


def _unpublished(first: int, last: int) -> tuple[int, ...]:
    if first in PUBLISHED and last in PUBLISHED:
        return ()
    return tuple(year for year in range(first, last + 1) if year not in PUBLISHED)


def _start_run(day: int) -> Run:
    there = date.fromordinal(day + BASE)
    return Run(there, there, "start")


def _at(calendar: WorkCalendar, numbers: Range) -> Range:
    """Return lost working days as a range of offsets."""
    return calendar.office.nth(numbers[0]), calendar.office.nth(numbers[1] - 1) + 1


def _run(first: int, last: int, kind: int, calendar: WorkCalendar) -> Run:
    """Return a stretch of days of one kind, named."""
    names: tuple[str, ...] = ()
    if kind in (HOLIDAY, MAKE_UP):
        names = holiday_names(first, last)
    elif kind in (LOCAL_OFF, LOCAL_WORK):
        days = (date.fromordinal(n + BASE) for n in range(first, last + 1))
        names = tuple(dict.fromkeys(note for day in days if (note := calendar.notes.get(day))))
    return Run(date.fromordinal(first + BASE), date.fromordinal(last + BASE), KINDS[kind], names)


def _office_runs(first: int, last: int, calendar: WorkCalendar, lost: Sequence[Range]) -> Iterator[Run]:
    """Yield the stretches of days between two offsets; working days in a pause are told apart."""
    changes, kinds, works = calendar.days.changes, calendar.days.kinds, calendar.days.works
    n = bisect_right(changes, first)
    while first <= last:
        stop = min(last, changes[n] - 1 if n < len(changes) else last)
        if lost and works[first]:
            yield from _cut(first, stop, lost, kinds[first], calendar)
        else:
            yield _run(first, stop, kinds[first], calendar)
        first, n = stop + 1, n + 1


def _cut(first: int, last: int, lost: Sequence[Range], kind: int, calendar: WorkCalendar) -> Iterator[Run]:
    """Yield one stretch of counted days with the days of pauses cut out."""
    for begin, end in lost:
        if end <= first or begin > last:
            continue
        if begin > first:
            yield _run(first, begin - 1, kind, calendar)
        stop = min(end - 1, last)
        yield Run(date.fromordinal(max(begin, first) + BASE), date.fromordinal(stop + BASE), "paused")
        first = stop + 1
    if first <= last:
        yield _run(first, last, kind, calendar)


def _hour_runs(first: int, last: int, pieces: Sequence[Piece], calendar: WorkCalendar) -> Iterator[Run]:
    """Yield the days of a period of working hours; on a day begun after closing nothing ran, nor in a pause."""
    days = calendar.days
    if days.works[first] and (not pieces or pieces[0].day.toordinal() - BASE > first):
        yield _start_run(first)
        first += 1
    ran = {piece.day.toordinal() - BASE for piece in pieces}
    between = days.nth[days.before[first] : days.before[last + 1]]
    idle = [(n, n + 1) for n in between if n not in ran] if len(between) > len(ran) else []
    yield from _office_runs(first, last, calendar, idle)


def _pieces(
    start: datetime, due: datetime, calendar: WorkCalendar, merged: Sequence[Pause]
) -> Iterator[Piece]:
    """Yield the office time that ran, span by span."""
    days, office = calendar.days, calendar.office
    for begin, end in running(start, due, merged):
        since, by = calendar.place(begin), calendar.place(end)
        for n in days.nth[days.before[since.day] : days.before[by.day + 1]]:
            day = date.fromordinal(n + BASE)
            for opening, closing, _ran in office.hours_on(n).parts:
                a = max(opening, since.at) if n == since.day else opening
                b = min(closing, by.at) if n == by.day else closing
                if a < b:
                    yield Piece(day, wall(a), wall(b), (b - a) / SECOND)
