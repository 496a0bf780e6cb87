"""Clocks of a case: starting, stopping, pausing, extending, measuring anew.

The seam of the clock engine: moves name stages, this module turns them into rows through `rules.deadlines`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from jinlin.cases.models import Case, Ceiling, Clock, Pause, SlaStage
from jinlin.cases.models.case import NO_DUE
from jinlin.cases.queries.timing import (
    MEASURED,
    PROMISES,
    Length,
    Lengths,
    calendar_of,
    forget_timing,
    lengths,
    measured,
    stage_time,
)
from jinlin.cases.rules.deadlines import Due, Unit, WorkCalendar, due_at
from jinlin.cases.rules.words import STEP_CODES
from jinlin.kernel import clock, rows

_BEGINNINGS: Final = {
    "resolve": "accepted",
    "sign": "dispatched",
}  # stage that starts -> milestones that begin
REACHED_BY: Final = ("milestone", "report_done", "solve_here", "solve_on_spot")


class Clocks:
    """The running clocks of one case inside a move: one read, then only changed rows are written."""

    def __init__(self, case: Case, running: Iterable[Clock] | None = None, *, verb: str = "") -> None:
        self.case = case
        self.verb = verb
        found = rows.find(Clock, case_id=case.pk, stopped_at=None) if running is None else running
        self.running: dict[str, Clock] = {row.stage: row for row in found}
        self.added: list[Clock] = []
        self.changed: list[Clock] = []
        self._pauses: list[Pause] | None = None

    @property
    def calendar(self) -> WorkCalendar:
        """The working calendar of the case's county."""
        return calendar_of(self.case.county)

    def pauses(self) -> list[Pause]:
        """The spans in which this case stood still (one query, only for a case that did)."""
        if self._pauses is None:
            self._pauses = list(Pause.objects.filter(case=self.case).order_by("started_at"))
        return self._pauses

    def start(self, stage: str, at: datetime) -> None:
        """Start a stage unless it runs already, and the milestones that begin with it."""
        table = lengths()
        found = table.of(self.case.sla_class, self.case.category_id, stage)
        if stage in self.running or found is None:
            return
        self._begin(found, at)
        if stage in _BEGINNINGS:
            self._begin_steps(table.steps(self.case.category_id, _BEGINNINGS[stage]), at)

    def _begin_steps(self, steps: Iterable[Length], at: datetime) -> None:
        """Start milestones; what was reached before a reopening or a new dispatch is not asked again."""
        fresh = [step for step in steps if step.stage not in self.running]
        if not fresh or self.case.part_of_id:  # the milestones of a divided case stay with the whole
            return
        reached = Clock.objects.filter(case=self.case, stage__in=STEP_CODES, stopped_by__in=REACHED_BY)
        done = set(reached.values_list("name", flat=True))
        for step in fresh:
            if step.name not in done:
                self._begin(step, at)

    def _begin(self, length: Length, at: datetime) -> None:
        due = due_at(at, length.amount, length.unit, self.calendar)
        self.add(length.stage, at, due, length.amount, length.unit, name=length.name)

    def add(self, stage: str, at: datetime, due: Due, amount: float, unit: Unit, *, name: str = "") -> Clock:
        """Start a stage with a given due moment (a review day of the ledger, for one)."""
        row = rows.made(
            Clock,
            county=self.case.county,
            case=self.case,
            stage=stage,
            name=name,
            amount=amount,
            unit=unit,
            started_at=at,
            due_at=due.at,
            counted=[day.isoformat() for day in due.counted],
        )
        self.running[stage] = row
        self.added.append(row)
        return row

    def inherit(self, whole: Clocks) -> None:
        """Give a part the promise of the whole it belongs to: dividing a case makes no new time."""
        held = whole.running.get("resolve")
        if held is None or held.paused_at is not None:
            return
        row = self.add("resolve", held.started_at, Due(held.due_at), held.amount, held.unit)  # type: ignore[arg-type]
        row.counted, row.extended_days = list(held.counted), held.extended_days
        if held.pauses:  # its own to be measured by, for the whole may stand still again without it
            row.pauses = held.pauses
            Pause.objects.bulk_create(_copied(one, self.case) for one in whole.pauses() if one.ended_at)

    def stop(self, stages: Iterable[str], at: datetime) -> None:
        """Stop stages that run, milestones with the work they belong to; late when after the due moment."""
        wanted = tuple(stages)
        if "resolve" in wanted:
            wanted += STEP_CODES
        for stage in wanted:
            row = self.running.pop(stage, None)
            if row is None:
                continue
            row.stopped_at, row.stopped_by = at, self.verb
            row.is_late = (row.paused_at or at) > row.due_at
            self._touch(row)

    def stop_all(self, at: datetime) -> None:
        """Stop everything: the case ends, and a standstill with it."""
        if any(row.paused_at for row in self.running.values()):
            self.end_pause(at, "end")
        self.stop(tuple(self.running), at)

    def pause(self, pause: Pause) -> None:
        """Let every running clock stand still from the beginning of a pause."""
        pause.save(force_insert=True)
        for row in self.running.values():
            row.paused_at = pause.started_at
            row.pauses += 1
            self._touch(row)

    def end_pause(self, at: datetime, by: str) -> None:
        """Write down when and why the standstill ended."""
        for pause in self.pauses():
            if pause.ended_at is None:
                pause.ended_at, pause.ended_by = at, by
                pause.save(update_fields=["ended_at", "ended_by"])

    def resume(self, at: datetime, by: str = "resume") -> None:
        """Let paused clocks run on: what had run stays run, and no due moment falls in a pause."""
        self.end_pause(at, by)
        for row in self.running.values():
            if row.paused_at is not None:
                row.paused_at = None
                self._measure(row)

    def extend(self, days: int, stages: Iterable[str] = PROMISES) -> datetime | None:
        """Move the due moment of the running stage of work by working days; the new moment, or None."""
        for stage in stages:
            if row := self.running.get(stage):
                row.extended_days += days
                row.extended_times += 1
                self._measure(row)
                return row.due_at
        return None

    def retime(self, now: datetime) -> None:
        """Measure running stages anew after the category changed, from when they began; its milestones change too."""
        table = lengths()
        steps = {step.stage: step for step in table.steps(self.case.category_id)}
        gone = [row for row in self.running.values() if row.name and _named(steps, row.stage) != row.name]
        for row in gone:
            del self.running[row.stage]
            row.stopped_at, row.stopped_by = now, "categorise"
            self._touch(row)
        self.adopt(table)
        work = self.running.get("resolve")
        if work is not None:
            self._begin_steps(table.steps(self.case.category_id, "accepted"), work.started_at)

    def adopt(self, table: Lengths, stage: str = "", rule: str = "") -> None:
        """Take over the lengths of a table for the running stages (only one stage of one rule, if named)."""
        for row in self.running.values():
            found = table.of(self.case.sla_class, self.case.category_id, row.stage)
            if found is None or row.stage not in MEASURED:
                continue
            if stage and (row.stage, found.rule) != (stage, rule):
                continue
            if (found.amount, found.unit) != (row.amount, row.unit):
                row.amount, row.unit = found.amount, found.unit
                self._measure(row)

    def remeasure(self) -> None:
        """Measure every running clock anew after the calendar changed; same facts, same due moment."""
        for row in self.running.values():
            if row.stage in MEASURED:
                self._measure(row)

    def _measure(self, row: Clock) -> None:
        """Set the due moment of a clock from its facts; one that stands still is measured when it runs on."""
        if row.paused_at is not None:
            self._touch(row)
            return
        found = measured(row, self.calendar, self.pauses() if row.pauses else ())
        counted = [day.isoformat() for day in found.counted]
        row.due_at, row.counted = found.at, counted
        self._touch(row)

    def _touch(self, row: Clock) -> None:
        row.look_at = clock.now()  # whatever changed, the ladder looks again
        if not any(row is one for one in (*self.added, *self.changed)):
            self.changed.append(row)

    def save(self) -> None:
        """Write the rows that are new or changed."""
        for row in self.changed:
            rows.change(row)
        for row in self.added:
            rows.insert(row)
        self.set_due()

    def set_due(self) -> None:
        """Set the due moments of the case: the nearest clock, and the promise to the resident."""
        going = [row for row in self.running.values() if row.paused_at is None]
        self.case.due_at = min((row.due_at for row in going), default=NO_DUE)
        self.case.open_milestones = sum(bool(row.name) for row in self.running.values())
        promise = next((self.running[stage] for stage in PROMISES if stage in self.running), None)
        if promise is not None:
            self.case.result_due_at = promise.due_at if promise.paused_at is None else None
        if promise is None or promise.paused_at is not None:
            self.case.expected_on = None


def _copied(pause: Pause, case: Case) -> Pause:
    columns = (
        field.attname for field in Pause._meta.concrete_fields if field.name not in ("id", "county", "case")
    )
    told = {name: getattr(pause, name) for name in columns}
    return Pause(case=case, county=case.county, **told)


def _named(steps: Mapping[str, Length], stage: str) -> str:
    return steps[stage].name if stage in steps else ""


def seed_stages() -> int:
    """Load the default lengths and ceilings once; an administrator's edits are never overwritten."""
    with transaction.atomic():
        made = _seed(SlaStage, "sla_stages.csv", ("sla_class", "category", "stage"))
        made += _seed(Ceiling, "ceilings.csv", ("kind", "code"))
    forget_timing()
    return made


def _seed(model: type[SlaStage] | type[Ceiling], name: str, key: tuple[str, ...]) -> int:
    path = Path(__file__).resolve().parent.parent / "data" / name
    manager: Any = model._default_manager
    have = set(manager.values_list(*key))
    with path.open(encoding="utf-8") as handle:
        found = [row for row in csv.DictReader(handle) if tuple(row[part] for part in key) not in have]
    manager.bulk_create(model(**row, valid_from=date(2025, 1, 1)) for row in found)
    return len(found)


__all__ = ["Clocks", "calendar_of", "forget_timing", "seed_stages", "stage_time"]
