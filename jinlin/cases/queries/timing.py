"""Which calendar, stage lengths and ceilings hold: read once a minute, then looked up without a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db.models import F, JSONField, Q, Value

from jinlin.cases.models import CalendarDay, Ceiling, Clock, OfficeHours, Pause, SlaStage
from jinlin.cases.rules.deadlines import Due, Spans, Unit, WorkCalendar, Working, due_after, explain
from jinlin.cases.rules.deadlines import Pause as Span
from jinlin.cases.rules.words import STAGES, STEP_CODES
from jinlin.kernel import clock
from jinlin.orgs.models import Category

_CACHE_SECONDS: Final = 60
ANY: Final = "*"
PROMISES: Final = ("rework", "resolve")  # the stages a resident was promised a day for; the later one first
MEASURED: Final = frozenset({*STAGES, *STEP_CODES}) - {"review"}  # whose day somebody chose


@dataclass(frozen=True)
class Length:
    """How long a stage or a milestone may take; `name` and `begins` are a milestone's."""

    stage: str
    amount: float
    unit: Unit
    name: str = ""
    begins: str = ""
    rule: str = ""  # which row it comes from: "P3/" of a class, "*/HSG-05" of a leaf


@dataclass(frozen=True)
class Lengths:
    """Every length that holds on one day: by class, and by leaf where the leaf has its own."""

    by_class: Mapping[tuple[str, str], Length] = field(default_factory=dict)
    by_leaf: Mapping[UUID, Mapping[str, Length]] = field(default_factory=dict)

    def of(self, sla_class: str, category: UUID | None, stage: str) -> Length | None:
        """Return the leaf's own length, else its class's, else the default; None: the stage has no clock."""
        own = self.by_leaf.get(category, {}).get(stage) if category else None
        return own or self.by_class.get((sla_class, stage)) or self.by_class.get((ANY, stage))

    def steps(self, category: UUID | None, begins: str = "") -> tuple[Length, ...]:
        """Return the milestones of a leaf, only those that begin then if asked."""
        own = self.by_leaf.get(category, {}) if category else {}
        return tuple(one for one in own.values() if one.name and begins in ("", one.begins))


def holding(day: date) -> Q:
    """Return the condition of dated rows that hold on a day (half-open interval)."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def lengths() -> Lengths:
    """Return the lengths that hold today (two queries a minute)."""
    today = clock.today()
    found: Lengths | None = cache.get(f"sla:{today}")
    if found is None:
        found = lengths_from(SlaStage.objects.filter(holding(today)))
        cache.set(f"sla:{today}", found, _CACHE_SECONDS)
    return found


def lengths_from(rows: Iterable[SlaStage]) -> Lengths:
    """Put rows together into a table; the codes of leaves become ids (one query if a leaf has its own)."""
    by_class: dict[tuple[str, str], Length] = {}
    own: dict[str, dict[str, Length]] = defaultdict(dict)
    for row in rows:
        rule = f"{row.sla_class}/{row.category}"
        length = Length(row.stage, row.amount, row.unit, row.name, row.begins, rule)  # type: ignore[arg-type]
        if row.category:
            own[row.category][row.stage] = length
        else:
            by_class[row.sla_class, row.stage] = length
    ids = Category.objects.filter(code__in=own).values_list("code", "pk") if own else ()
    return Lengths(by_class, {pk: own[code] for code, pk in ids})


def stage_time(sla_class: str, category: UUID | None, stage: str) -> tuple[float, Unit] | None:
    """Return (amount, unit) of a stage today, or None when it has no clock."""
    found = lengths().of(sla_class, category, stage)
    return (found.amount, found.unit) if found else None


def regions_over(county: str) -> tuple[str, str, str]:
    """Return the province, the city and the county itself: the narrower one comes later and wins."""
    return county[:2] + "0000000000", county[:4] + "00000000", county


def calendar_of(county: str) -> WorkCalendar:
    """Return the working calendar of a county: local days and office hours over the national one."""
    found: WorkCalendar | None = cache.get(f"calendar:{county}")
    if found is None:
        found = calendar_from(*_days_and_hours(regions_over(county)))
        cache.set(f"calendar:{county}", found, _CACHE_SECONDS)
    return found


def _days_and_hours(codes: Iterable[str]) -> tuple[list[CalendarDay], list[OfficeHours]]:
    """Return local days and office hours of some regions (one query for both: a case page may ask fifteen)."""
    no_spans = Value(None, output_field=JSONField())
    columns = ("region_code", "on", "is_workday", "source", "hours")
    rows = (
        CalendarDay.objects.filter(region_code__in=codes)
        .annotate(on=F("day"), hours=no_spans)
        .values_list(*columns)
        .union(
            OfficeHours.objects.filter(region_code__in=codes)
            .annotate(on=F("valid_from"), is_workday=Value(False), hours=F("spans"))
            .values_list(*columns),
            all=True,
        )
    )
    days, several = list[CalendarDay](), list[OfficeHours]()
    for code, on, is_workday, source, spans in rows:
        if spans is None:
            days.append(CalendarDay(region_code=code, day=on, is_workday=is_workday, source=source))
        else:
            several.append(OfficeHours(region_code=code, valid_from=on, source=source, spans=spans))
    return days, several


def calendar_from(days: Iterable[CalendarDay], hours: Iterable[OfficeHours]) -> WorkCalendar:
    """Put local days and office hours of several regions together; the narrower region wins, day by day."""
    overrides: dict[date, bool] = {}
    notes: dict[date, str] = {}
    for row in sorted(days, key=lambda row: row.region_code):  # province, city, county
        overrides[row.day], notes[row.day] = row.is_workday, row.source
    return WorkCalendar(overrides=overrides, notes=notes, hours_from=_hours(list(hours)))


def _hours(rows: list[OfficeHours]) -> tuple[tuple[date, Spans], ...]:
    """Return who sets the hours from which day on: the narrowest region that has any from its first day."""
    changes = sorted({row.valid_from for row in rows})
    found = []
    for day in changes:
        valid = [row for row in rows if row.valid_from <= day]
        narrowest = max(valid, key=lambda row: (row.region_code, row.valid_from))
        found.append((day, spans_of(narrowest.spans)))
    return tuple(found)


def spans_of(stored: Iterable[Iterable[str]]) -> Spans:
    """Turn stored office hours into times."""
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in stored)


def ceilings(kind: str) -> dict[str, Ceiling]:
    """Return what holds today for a kind, by SLA class or reason (one query)."""
    return {
        row.code: row for row in Ceiling.objects.filter(holding(clock.today()), kind=kind).order_by("code")
    }


def pauses_of(clocks: Iterable[Clock]) -> dict[UUID, tuple[Pause, ...]]:
    """Return the spans in which the cases of these clocks stood still, by case (one query; none if none did)."""
    cases = {row.case_id for row in clocks if row.pauses}
    found: dict[UUID, list[Pause]] = defaultdict(list)
    if cases:
        for row in Pause.objects.filter(case__in=cases).order_by("started_at"):
            found[row.case_id].append(row)
    return {case: tuple(rows) for case, rows in found.items()}


def spans_for(row: Clock, pauses: Iterable[Pause]) -> tuple[Span, ...]:
    """Return the closed pauses that lie in the life of a clock, as the engine takes them."""
    return tuple(
        (pause.started_at, pause.ended_at)
        for pause in pauses
        if pause.ended_at is not None and pause.ended_at > row.started_at
    )


def measured(row: Clock, calendar: WorkCalendar, pauses: Iterable[Pause] = ()) -> Due:
    """Return when a clock is due by its facts: start, amount, unit, calendar, pauses, extension."""
    return due_after(
        row.started_at,
        row.amount,
        row.unit,  # type: ignore[arg-type]
        calendar,
        pauses=spans_for(row, pauses),
        extended_days=row.extended_days,
    )


def working_of(row: Clock, calendar: WorkCalendar, pauses: Iterable[Pause] = ()) -> Working | None:
    """Return how a due moment came about; None for a day somebody chose and for a clock that stands still."""
    if row.stage not in MEASURED or row.paused_at is not None:
        return None
    return explain(
        row.started_at,
        row.amount,
        row.unit,  # type: ignore[arg-type]
        calendar,
        pauses=spans_for(row, pauses),
        extended_days=row.extended_days,
    )


def forget_timing() -> None:
    """Drop what is remembered, after an edit of stages, days or hours."""
    cache.clear()
