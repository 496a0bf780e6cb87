"""The working calendar of a region as a year to look at: national holidays, make-up days, what differs locally."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from jinlin.cases.models import CalendarDay, OfficeHours
from jinlin.cases.queries.timing import calendar_from, spans_of
from jinlin.cases.rules.deadlines import PUBLISHED, WorkCalendar, explain
from jinlin.kernel import clock
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.rules import contains

WORKED: Final = ("counted", "make_up", "local_work")
MORE_THAN_A_YEAR: Final = 366  # working days: their working tells every day of the year and why


@dataclass(frozen=True)
class DayCell:
    """One day: worked or not, why, and who said so where it is a local day."""

    day: date
    kind: str  # counted, weekend, holiday, make_up, local_off, local_work
    note: str = ""
    is_today: bool = False

    @property
    def works(self) -> bool:
        """Whether offices work."""
        return self.kind in WORKED


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday; None outside it."""

    number: int
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True)
class LocalDay:
    """A local day with whose it is; `own` may be changed here."""

    row: CalendarDay
    place: str
    own: bool


@dataclass(frozen=True)
class Hours:
    """Office hours from a day on, with whose they are."""

    row: OfficeHours
    place: str
    own: bool
    shown: str


@dataclass(frozen=True)
class Year:
    """A year of a region's working calendar."""

    region_code: str
    place: str
    year: int
    months: tuple[Month, ...]
    local: tuple[LocalDay, ...]
    hours: tuple[Hours, ...]
    worked: int
    is_published: bool
    may_edit: bool


def regions_for(*, viewer: Actor) -> list[tuple[str, str]]:
    """Return the regions whose calendar the viewer may look at: its own place and what lies below down to counties."""
    access.require(viewer, "manage.view")
    found: dict[str, str] = {}
    for post in viewer.posts:
        for code in (post.place, *_above(post.place)):
            if code.endswith("000000"):
                found.setdefault(code, places.area_name(code))
        if post.place.endswith("00000000"):
            found |= {
                row.code: row.name for row in places.children(post.place) if row.code.endswith("000000")
            }
    return list(found.items())


def _above(code: str) -> tuple[str, ...]:
    wider = (code[:4] + "00000000", code[:2] + "0000000000")
    return tuple(one for one in wider if one != code and places.area_name(one))


def may_edit(viewer: Actor, region_code: str) -> bool:
    """Tell whether the viewer may change a region's calendar (asked again by the action)."""
    posts = viewer.in_roles({"county_clerk", "platform_admin"})
    return access.may(viewer, "places.manage") and any(contains(post.place, region_code) for post in posts)


def year_view(*, viewer: Actor, region_code: str, year: int) -> Year:
    """Return a year of the calendar a region works by, wider regions' days included (three queries)."""
    access.require(viewer, "manage.view")
    codes = tuple(dict.fromkeys((region_code[:2] + "0" * 10, region_code[:4] + "0" * 8, region_code)))
    rows = list(CalendarDay.objects.filter(region_code__in=codes).order_by("day"))
    names = places.area_names(set(codes))
    calendar = calendar_from(rows, ())
    kinds = _kinds(calendar, year)
    cells = {day: DayCell(day, kind, note, day == clock.today()) for day, (kind, note) in kinds.items()}
    return Year(
        region_code=region_code,
        place=names.get(region_code, region_code),
        year=year,
        months=tuple(_month(year, number, cells) for number in range(1, 13)),
        local=tuple(
            LocalDay(row, names.get(row.region_code, ""), row.region_code == region_code)
            for row in rows
            if row.day.year == year
        ),
        hours=_hours(codes, region_code, names),
        worked=sum(cell.works for cell in cells.values()),
        is_published=year in PUBLISHED,
        may_edit=may_edit(viewer, region_code),
    )


def _kinds(calendar: WorkCalendar, year: int) -> dict[date, tuple[str, str]]:
    """Return why each day is worked or not, with the name of the holiday or the note of a local day."""
    told = explain(calendar.close(date(year - 1, 12, 31)), MORE_THAN_A_YEAR, "working_day", calendar)
    found: dict[date, tuple[str, str]] = {}
    for run in told.runs:
        for at in range(run.first.toordinal(), run.last.toordinal() + 1):
            day = date.fromordinal(at)
            if day.year == year:
                found[day] = (run.why, _("、").join(_(name) for name in run.names))
    return found


def _month(year: int, number: int, cells: Mapping[date, DayCell]) -> Month:
    weeks = months.Calendar().monthdatescalendar(year, number)
    return Month(
        number,
        tuple(tuple(cells.get(day) if day.month == number else None for day in week) for week in weeks),
    )


def _hours(codes: tuple[str, ...], region_code: str, names: Mapping[str, str]) -> tuple[Hours, ...]:
    rows = OfficeHours.objects.filter(region_code__in=codes).order_by("-valid_from", "-region_code")
    return tuple(
        Hours(
            row,
            names.get(row.region_code, ""),
            row.region_code == region_code,
            _("、").join(f"{start:%H:%M}—{end:%H:%M}" for start, end in spans_of(row.spans)),
        )
        for row in rows
    )
