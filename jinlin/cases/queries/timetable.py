"""Reads of the timetable for the manage pages."""

from __future__ import annotations

from jinlin.cases.models import CalendarDay, SlaStage
from jinlin.kernel import clock
from jinlin.people import access
from jinlin.people.access import Actor


def stage_times(*, viewer: Actor) -> list[SlaStage]:
    """Return the stage lengths that hold today, by class and stage (one query)."""
    access.require(viewer, "manage.view")
    return list(SlaStage.objects.filter(valid_to__isnull=True).order_by("sla_class", "stage"))


def local_days(*, viewer: Actor) -> list[CalendarDay]:
    """Return local days from today on, and those of the last month (one query)."""
    access.require(viewer, "manage.view")
    return list(
        CalendarDay.objects.filter(day__gte=clock.today().replace(day=1)).order_by("day", "region_code")[:200]
    )
