"""How far time may be stretched: what an extension or a pause may ask for, and when a pause ends by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from jinlin.cases.actions.step import Step
from jinlin.cases.models import Ceiling
from jinlin.cases.queries.timing import ANY, PROMISES, ceilings
from jinlin.cases.rules.deadlines import WorkCalendar, due_at
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, RuleBroken

PAUSES: Final = ("suspension", "ledger")


def check_extension(step: Step, days: int | None) -> None:
    """Refuse an extension that comes too late, too often, or asks for more than the class allows."""
    case = step.case
    found = ceilings("extension")
    most = found.get(case.sla_class) or found.get(ANY)
    if most is None or not most.days:
        raise RuleBroken("extension_never", _("这类事项不能延期，请按期办理；确有客观原因请申请中止。"))
    if not days or not 1 <= days <= most.days:
        raise Invalid({"days": [_("请填写延长 1 到 %(most)d 个工作日。") % {"most": most.days}]})
    if case.result_due_at is None or step.asked_at > case.result_due_at:
        raise RuleBroken("extension_late", _("延期要在到期之前申请，现在已经过期，请尽快办理并说明原因。"))
    running = next((step.clocks.running[stage] for stage in PROMISES if stage in step.clocks.running), None)
    if running is not None and running.extended_times >= most.times:
        raise RuleBroken(
            "extension_again",
            _("这件事已经延期 {n} 次，不能再延；请按期办理，确有客观原因请申请中止。"),
            n=running.extended_times,
        )


def check_pause(step: Step, kind: str, why: str, until: date | None) -> None:
    """Refuse a pause without a known reason, or one that asks for more than its reason allows."""
    most = ceilings(kind).get(why)
    if most is None:
        raise Invalid({"why": [_("请从列表里选择中止或挂账的情形。")]})
    last = last_day(clock.now(), most, step.clocks.calendar)
    if until is None or not clock.today() < until <= last:
        wrong = _("请填写到哪一天：这种情形最早明天，最晚 %(last)s。") % {"last": last.isoformat()}
        raise Invalid({"until": [wrong]})


def last_day(start: datetime, most: Ceiling, calendar: WorkCalendar) -> date:
    """Return the last day a pause that starts now may run to."""
    if most.unit == "working_day":
        return due_at(start, most.days, "working_day", calendar).at.date()
    return clock.local(start).date() + timedelta(days=most.days)


def ceiling_at(start: datetime, kind: str, why: str, until: date | None, calendar: WorkCalendar) -> datetime:
    """Return the moment a pause ends by itself: close of office of the last day its reason allows.

    A reason that was taken off the list since it was asked for ends on the day that was asked.
    """
    most = ceilings(kind).get(why)
    day = last_day(start, most, calendar) if most else (until or clock.local(start).date())
    return calendar.close(calendar.next_workday(day))
