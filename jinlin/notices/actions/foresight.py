"""What insight has to tell: a warning to be decided, a slip whose turn it is, a season that comes near."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from jinlin.insight import events
from jinlin.insight.models import Plan, Slip, Warning
from jinlin.kernel import clock
from jinlin.notices.models import Notice
from jinlin.orgs import queries as orgs


def on_warning_raised(event: events.WarningRaised) -> None:
    """Tell the desk that may decide: the street's where the warning lies in one, else the county's."""
    row = Warning.unscoped.get(pk=event.warning_id)
    desk = orgs.desks_of([row.town or row.county]).get(row.town or row.county)
    if desk is not None:
        _tell(event.county, [desk.pk], "warning", row.pk)


def on_warning_decided(event: events.WarningDecided) -> None:
    """Take it back: somebody has decided."""
    _end(event.county, event.warning_id, event.at)


def on_slip(event: events.SlipFact) -> None:
    """Tell the unit whose turn it is, and end what was told before; a late slip is told to both units."""
    row = Slip.unscoped.get(pk=event.slip_id)
    if isinstance(event, events.SlipLate):
        _tell(event.county, [row.unit, row.sender_unit], "slip_late", row.pk, row.due_at)
        return
    _end(event.county, row.pk, event.at)
    rung = {
        events.SlipSent: "slip",
        events.SlipReturned: "slip_back",
        events.SlipAnswered: "slip_done",
    }.get(type(event))
    if rung is not None:
        _tell(event.county, [event.unit], rung, row.pk, None if rung == "slip_done" else row.due_at)


def on_plan_coming(event: events.PlanComing) -> None:
    """Tell the lead unit that the work before the season begins."""
    row = Plan.unscoped.get(pk=event.plan_id)
    due = datetime.combine(row.starts_on, datetime.min.time(), tzinfo=clock.LOCAL)
    _tell(event.county, [event.unit], "plan", row.pk, due)


def on_plan_ended(event: events.PlanEnded) -> None:
    """Take the reminder back."""
    _end(event.county, event.plan_id, event.at)


def _end(county: str, ref: UUID, at: datetime) -> None:
    Notice.unscoped.filter(county=county, ref=ref, ended_at=None).update(ended_at=at)


def _tell(county: str, units: Iterable[UUID], rung: str, ref: UUID, due: datetime | None = None) -> None:
    """Write a notice for each unit; a later round is told anew though the same rung was told before."""
    now = clock.now()
    for unit in units:
        told = Notice.unscoped.filter(county=county, unit=unit, ref=ref, rung=rung)
        if not told.update(ended_at=None, digest=None, done_at=None, made_at=now, due_at=due):
            Notice.unscoped.create(county=county, unit=unit, rung=rung, ref=ref, due_at=due, made_at=now)
