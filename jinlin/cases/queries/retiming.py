"""What a change of the calendar or of a length would do to the clocks that run: counted before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from jinlin.cases.models import CalendarDay, Case, Clock, OfficeHours, Retiming, SlaStage
from jinlin.cases.queries.timing import (
    MEASURED,
    Lengths,
    calendar_from,
    calendar_of,
    holding,
    lengths_from,
    measured,
    pauses_of,
    regions_over,
)
from jinlin.cases.rules.deadlines import Due, WorkCalendar
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places.rules import code_range

BATCH: Final = 500
MOST_PREVIEWED: Final = 10_000
Calendars = Callable[[str], WorkCalendar]


@dataclass(frozen=True)
class Change:
    """A change somebody is about to save: rows that would hold, and the local day that would go."""

    region_code: str = ""  # "": everywhere
    days: tuple[CalendarDay, ...] = ()
    dropped: tuple[date, ...] = ()
    hours: tuple[OfficeHours, ...] = ()
    stage: SlaStage | None = None


@dataclass(frozen=True)
class Preview:
    """How many cases would get another due moment; `seen` of `total` were looked at."""

    cases: int = 0
    earlier: int = 0
    later: int = 0
    seen: int = 0
    total: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether there are too many to count them all before saving."""
        return self.seen < self.total


def preview(*, viewer: Actor, change: Change) -> Preview:
    """Count the open cases whose clocks a change would move; at most 10,000 cases are looked at."""
    access.require(viewer, "manage.view")
    if not change.region_code and change.stage is None:
        return Preview()
    found = open_cases(change.region_code)
    told = Preview(total=len(found), seen=min(len(found), MOST_PREVIEWED))
    calendars = _calendars_with(change)
    table = _lengths_with(change.stage) if change.stage else None
    for case, clocks in with_clocks(found[:MOST_PREVIEWED]):
        moved = [
            due.at > row.due_at
            for row, due in would_be(case, clocks, calendars(case.county), table, change.stage)
        ]
        if moved:
            told = replace(
                told,
                cases=told.cases + 1,
                later=told.later + any(moved),
                earlier=told.earlier + (not all(moved)),
            )
    return told


def open_cases(region_code: str) -> list[UUID]:
    """Return the open cases of a region, "" for everywhere, in the order of their ids (one query)."""
    rows = Case.unscoped.filter(is_open=True)
    if region_code:
        low, high = code_range(region_code)
        rows = rows.filter(county__gte=low[:12], county__lt=high[:12])
    return sorted(rows.order_by().values_list("pk", flat=True))


def with_clocks(cases: Sequence[UUID]) -> Iterator[tuple[Case, list[Clock]]]:
    """Yield open cases with their running clocks (two queries a batch of 500)."""
    for at in range(0, len(cases), BATCH):
        ids = cases[at : at + BATCH]
        rows = Case.unscoped.filter(pk__in=ids, is_open=True)
        found = {case.pk: case for case in rows.only("county", "sla_class", "category")}
        clocks: dict[UUID, list[Clock]] = {}
        for row in Clock.objects.filter(case__in=ids, stopped_at=None):
            clocks.setdefault(row.case_id, []).append(row)
        for pk in ids:
            if pk in found and pk in clocks:
                yield found[pk], clocks[pk]


def would_be(
    case: Case, clocks: Sequence[Clock], calendar: WorkCalendar, table: Lengths | None, stage: SlaStage | None
) -> list[tuple[Clock, Due]]:
    """Return the clocks of a case that get another due moment, with the new one; those that stand still wait."""
    pauses = pauses_of(clocks)
    moved = []
    for row in clocks:
        if row.stage not in MEASURED or row.paused_at is not None:
            continue
        if table is not None and stage is not None:
            length = table.of(case.sla_class, case.category_id, row.stage)
            if length is None or (row.stage, length.rule) != (
                stage.stage,
                f"{stage.sla_class}/{stage.category}",
            ):
                continue
            row.amount, row.unit = length.amount, length.unit
        due = measured(row, calendar, pauses.get(row.case_id, ()))
        if due.at != row.due_at:
            moved.append((row, due))
    return moved


def _calendars_with(change: Change) -> Calendars:
    """Return the calendars of counties as they would be."""
    if change.stage is not None:
        return calendar_of
    known: dict[str, WorkCalendar] = {}

    def of(county: str) -> WorkCalendar:
        if county not in known:
            known[county] = _would_be_calendar(county, change)
        return known[county]

    return of


def _would_be_calendar(county: str, change: Change) -> WorkCalendar:
    codes = regions_over(county)
    gone = {*change.dropped, *(row.day for row in change.days)}
    days = [
        row
        for row in CalendarDay.objects.filter(region_code__in=codes)
        if not (row.region_code == change.region_code and row.day in gone)
    ]
    fresh = {row.valid_from for row in change.hours}
    hours = [
        row
        for row in OfficeHours.objects.filter(region_code__in=codes)
        if not (row.region_code == change.region_code and row.valid_from in fresh)
    ]
    return calendar_from([*days, *change.days], [*hours, *change.hours])


def _lengths_with(stage: SlaStage) -> Lengths:
    rows = SlaStage.objects.filter(holding(clock.today()))
    key = (stage.sla_class, stage.category, stage.stage)
    kept = [row for row in rows if (row.sla_class, row.category, row.stage) != key]
    return lengths_from([*kept, stage])


def retiming(*, viewer: Actor, retiming_id: UUID) -> Retiming:
    """Return one going over of the open clocks, for its progress (one query)."""
    access.require(viewer, "manage.view")
    row = Retiming.objects.filter(pk=retiming_id).first()
    if row is None:
        raise NotFound()
    return row


def recent_retimings(*, viewer: Actor, limit: int = 8) -> list[Retiming]:
    """Return the newest goings over (one query)."""
    access.require(viewer, "manage.view")
    return list(Retiming.objects.order_by("-asked_at")[:limit])
