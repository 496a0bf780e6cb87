"""Clocks of a case: which stage may take how long here, starting, stopping, pausing, extending.

The seam of the clock engine: moves name stages, this module turns them into rows through `rules.deadlines`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import transaction

from jinlin.cases.models import CalendarDay, Case, Clock, OfficeHours, SlaStage
from jinlin.cases.models.case import NO_DUE
from jinlin.cases.rules.deadlines import DEFAULT, Due, Unit, WorkCalendar, advance, due_at, left
from jinlin.kernel import clock, rows

_CACHE_SECONDS = 60


def calendar_of(county: str) -> WorkCalendar:
    """Return the working calendar of a county: local days and office hours over the national one."""
    found: WorkCalendar | None = cache.get(f"calendar:{county}")
    if found is None:
        found = _load_calendar(county)
        cache.set(f"calendar:{county}", found, _CACHE_SECONDS)
    return found


def _load_calendar(county: str) -> WorkCalendar:
    codes = [county, county[:4] + "00000000", county[:2] + "0000000000"]
    days: dict[date, bool] = {}
    for row in CalendarDay.objects.filter(region_code__in=codes).order_by("region_code"):
        days[row.day] = row.is_workday  # the longer code (the county) comes last and wins
    hours = (
        OfficeHours.objects.filter(region_code__in=codes, valid_from__lte=clock.today())
        .order_by("-region_code", "-valid_from")
        .first()
    )
    spans = DEFAULT.spans
    if hours:
        spans = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in hours.spans)
    return WorkCalendar(spans=spans, overrides=days)


def stage_time(sla_class: str, stage: str) -> tuple[float, Unit] | None:
    """Return (amount, unit) of a stage for an SLA class today, or None when the stage has no clock."""
    table: dict[tuple[str, str], tuple[float, Unit]] | None = cache.get("sla")
    if table is None:
        table = {
            (row.sla_class, row.stage): (row.amount, row.unit)  # type: ignore[misc]
            for row in SlaStage.objects.filter(valid_to__isnull=True)
        }
        cache.set("sla", table, _CACHE_SECONDS)
    return table.get((sla_class, stage)) or table.get(("*", stage))


def forget_timing() -> None:
    """Drop what is remembered, after an edit of stages, days or hours."""
    cache.clear()


class Clocks:
    """The running clocks of one case inside a move: one read, then only changed rows are written."""

    def __init__(self, case: Case, running: Iterable[Clock] | None = None) -> None:
        self.case = case
        found = rows.find(Clock, case_id=case.pk, stopped_at=None) if running is None else running
        self.running: dict[str, Clock] = {row.stage: row for row in found}
        self.added: list[Clock] = []
        self.changed: list[Clock] = []

    def start(self, stage: str, at: datetime) -> None:
        """Start a stage unless it runs already."""
        found = stage_time(self.case.sla_class, stage)
        if stage in self.running or found is None:
            return
        amount, unit = found
        due = due_at(at, amount, unit, calendar_of(self.case.county))
        self.add(stage, at, due, amount, unit)

    def add(self, stage: str, at: datetime, due: Due, amount: float, unit: Unit) -> None:
        """Start a stage with a given due moment (a review day of the ledger, for one)."""
        row = rows.made(
            Clock,
            county=self.case.county,
            case=self.case,
            stage=stage,
            amount=amount,
            unit=unit,
            started_at=at,
            due_at=due.at,
            counted=[day.isoformat() for day in due.counted],
        )
        self.running[stage] = row
        self.added.append(row)

    def stop(self, stages: Iterable[str], at: datetime) -> None:
        """Stop stages that run; late when after the due moment."""
        for stage in stages:
            row = self.running.pop(stage, None)
            if row is None:
                continue
            row.stopped_at = at
            row.is_late = row.paused_at is None and at > row.due_at
            if row in self.added:
                continue
            self.changed.append(row)

    def stop_all(self, at: datetime) -> None:
        """Stop everything: the case ends."""
        self.stop(tuple(self.running), at)

    def pause(self, at: datetime) -> None:
        """Pause every running clock with what is left of it; a due moment never falls in a pause."""
        calendar = calendar_of(self.case.county)
        for row in self.running.values():
            row.paused_at = at
            row.left_seconds = left(at, row.due_at, row.unit, calendar)  # type: ignore[arg-type]
            self._touch(row)

    def resume(self, at: datetime) -> None:
        """Let paused clocks run on from what was left."""
        calendar = calendar_of(self.case.county)
        for row in self.running.values():
            if row.paused_at is None:
                continue
            row.due_at = advance(at, row.left_seconds or 0, row.unit, calendar).at  # type: ignore[arg-type]
            row.paused_at = row.left_seconds = None
            self._touch(row)

    def extend(self, days: int, stages: Iterable[str]) -> datetime | None:
        """Move the due moment of the running stage of work by working days; the new moment, or None."""
        for stage in stages:
            if row := self.running.get(stage):
                moved = due_at(row.due_at, days, "working_day", calendar_of(self.case.county))
                row.due_at = moved.at
                row.counted = [*row.counted, *(day.isoformat() for day in moved.counted)]
                row.extended_days += days
                self._touch(row)
                return row.due_at
        return None

    def retime(self) -> None:
        """Measure running stages anew after the SLA class changed, from when they began; extensions stay as granted."""
        calendar = calendar_of(self.case.county)
        for row in self.running.values():
            found = stage_time(self.case.sla_class, row.stage)
            if found is None or row.extended_days or row.paused_at or found == (row.amount, row.unit):
                continue
            due = due_at(row.started_at, *found, calendar)
            row.amount, row.unit = found
            row.due_at, row.counted = due.at, [day.isoformat() for day in due.counted]
            self._touch(row)

    def _touch(self, row: Clock) -> None:
        if row not in self.added and row not in self.changed:
            self.changed.append(row)

    def save(self) -> None:
        """Write the rows that are new or changed."""
        for row in self.changed:
            rows.change(row)
        for row in self.added:
            rows.insert(row)
        self.set_due()

    def set_due(self) -> None:
        """Set the two due moments of the case: the nearest clock, and the promise to the resident."""
        going = [row for row in self.running.values() if row.paused_at is None]
        self.case.due_at = min((row.due_at for row in going), default=NO_DUE)
        promise = self.running.get("rework") or self.running.get("resolve")
        if promise is not None:
            self.case.result_due_at = promise.due_at if promise.paused_at is None else None


def seed_stages() -> int:
    """Load the default stage times once; an administrator's edits are never overwritten."""

    path = Path(__file__).resolve().parent.parent / "data" / "sla_stages.csv"
    have = set(SlaStage.objects.values_list("sla_class", "stage"))
    with path.open(encoding="utf-8") as handle, transaction.atomic():
        rows: list[dict[str, Any]] = [
            {**row, "amount": float(row["amount"]), "valid_from": date(2025, 1, 1)}
            for row in csv.DictReader(handle)
        ]
        fresh = [SlaStage(**row) for row in rows if (row["sla_class"], row["stage"]) not in have]
        SlaStage.objects.bulk_create(fresh)
    forget_timing()
    return len(fresh)
