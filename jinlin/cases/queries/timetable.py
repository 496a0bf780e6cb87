"""Reads of the timetable: for the manage pages, and what a move may choose from."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jinlin.cases.models import CalendarDay, Case, SlaStage
from jinlin.cases.queries.timing import ceilings
from jinlin.cases.rules.words import CEILINGS
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


def pause_reasons() -> tuple[tuple[str, str], ...]:
    """Return the reasons a pause may have, as (code, words with the kind and its ceiling) (two queries)."""
    found = []
    for kind in ("suspension", "ledger"):
        for code, row in ceilings(kind).items():
            most = _("%(n)d 个工作日") if row.unit == "working_day" else _("%(n)d 天")
            words = _("%(kind)s：%(why)s（最长%(most)s）")
            found.append(
                (
                    code,
                    words % {"kind": _(CEILINGS[kind]), "why": _(row.name), "most": most % {"n": row.days}},
                )
            )
    return tuple(found)


def open_steps(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the milestones of a case that run, the one due first in front, as (code, name) (one query)."""
    if not case.open_steps:
        return ()
    rows = case.clocks.filter(stopped_at=None).exclude(name="").order_by("due_at")
    return tuple(rows.values_list("stage", "name"))
