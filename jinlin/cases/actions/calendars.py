"""Editing the working calendar of a region: local days, office hours; open clocks are measured anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions.retiming import begin_retiming
from jinlin.cases.actions.telling import LANGUAGE
from jinlin.cases.models import CalendarDay, OfficeHours
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.rules import contains, is_region_code

Spans = Sequence[tuple[str, str]]
YEARS: Final = (2015, 2100)
MOST_SPANS: Final = 3


def require_region(actor: Actor, region_code: str) -> None:
    """Refuse a region the actor does not manage; only counties, cities and provinces have a calendar."""
    access.require(actor, "places.manage")
    if not is_region_code(region_code) or not region_code.endswith("000000"):
        raise Invalid({"region_code": [_("请选择县（市、区）、市或省。")]})
    if actor.kind == "system":
        return
    if not any(
        contains(post.place, region_code) for post in actor.in_roles({"county_clerk", "platform_admin"})
    ):
        raise NotAllowed("other_area", _("这不在您管理的区域内，请联系当地或上级管理员。"))


@once("calendar.set")
def set_calendar_day(
    *, actor: Actor, region_code: str, day: date, is_workday: bool, source: str, key: str | None = None
) -> CalendarDay:
    """Say that a region works, or doesn't, on a day against the national calendar."""
    require_region(actor, region_code)
    note = clean(source, max_length=120, field="source", required=True)
    check_day(day)
    row, _made = CalendarDay.objects.update_or_create(
        region_code=region_code, day=day, defaults={"is_workday": is_workday, "source": note}
    )
    with translation.override(LANGUAGE):
        state = _("上班") if is_workday else _("休息")
        about = _("%(place)s%(day)s改为%(state)s（依据：%(source)s）")
        about %= {"place": places.area_name(region_code), "day": _said(day), "state": state, "source": note}
    begin_retiming(actor=actor, kind="calendar", region_code=region_code, about=about)
    audit.record(
        actor=actor, verb="calendar.set", obj=row, purpose=f"{region_code} {day} {int(is_workday)} {note}"
    )
    return row


def unsaved_day(region_code: str, day: date, is_workday: bool, source: str) -> CalendarDay:
    """Return the row a local day would become, to look at what it would do before it is saved."""
    check_day(day)
    note = clean(source, max_length=120, field="source", required=True)
    return CalendarDay(region_code=region_code, day=day, is_workday=is_workday, source=note)


def unsaved_hours(region_code: str, valid_from: date, spans: Spans) -> OfficeHours:
    """Return the row office hours would become, to look at what they would do before they are saved."""
    return OfficeHours(region_code=region_code, valid_from=valid_from, spans=checked_spans(spans))


def check_day(day: date) -> None:
    """Refuse a day outside the calendar's years."""
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Invalid({"day": [_("日期应在 2015 年到 2100 年之间，请核对。")]})


@once("calendar.drop")
def drop_calendar_day(*, actor: Actor, region_code: str, day: date, key: str | None = None) -> None:
    """Take a local day off the calendar: the wider region's day, or the national calendar, holds again."""
    require_region(actor, region_code)
    row = CalendarDay.objects.filter(region_code=region_code, day=day).first()
    if row is None:
        raise NotFound(_("这一天"))
    audit.record(actor=actor, verb="calendar.drop", obj=row, purpose=f"{region_code} {day}")
    row.delete()
    with translation.override(LANGUAGE):
        about = _("%(place)s%(day)s恢复按上级和全国日历")
        about %= {"place": places.area_name(region_code), "day": _said(day)}
    begin_retiming(actor=actor, kind="calendar", region_code=region_code, about=about)


@once("hours.set")
def set_office_hours(
    *, actor: Actor, region_code: str, spans: Spans, valid_from: date, source: str, key: str | None = None
) -> OfficeHours:
    """Set a region's office hours from a day on, as ("08:30", "12:00") pairs in order."""
    require_region(actor, region_code)
    note = clean(source, max_length=120, field="source", required=True)
    if valid_from < clock.today():
        raise Invalid({"valid_from": [_("生效日期不能早于今天。")]})
    row, _made = OfficeHours.objects.update_or_create(
        region_code=region_code,
        valid_from=valid_from,
        defaults={"spans": checked_spans(spans), "source": note},
    )
    with translation.override(LANGUAGE):
        about = _("%(place)s办公时间从%(day)s起有调整（依据：%(source)s）")
        about %= {"place": places.area_name(region_code), "day": _said(valid_from), "source": note}
    begin_retiming(actor=actor, kind="hours", region_code=region_code, about=about)
    shown = " ".join(f"{start}-{end}" for start, end in row.spans)
    audit.record(actor=actor, verb="hours.set", obj=row, purpose=f"{region_code} {valid_from} {shown} {note}")
    return row


@once("hours.drop")
def drop_office_hours(*, actor: Actor, region_code: str, valid_from: date, key: str | None = None) -> None:
    """Take office hours that have not begun yet off the list."""
    require_region(actor, region_code)
    row = OfficeHours.objects.filter(region_code=region_code, valid_from=valid_from).first()
    if row is None or valid_from <= clock.today():
        raise NotFound(_("这次调整"))
    audit.record(actor=actor, verb="hours.drop", obj=row, purpose=f"{region_code} {valid_from}")
    row.delete()
    with translation.override(LANGUAGE):
        about = _("%(place)s取消从%(day)s起的办公时间调整")
        about %= {"place": places.area_name(region_code), "day": _said(valid_from)}
    begin_retiming(actor=actor, kind="hours", region_code=region_code, about=about)


def checked_spans(spans: Spans) -> list[list[str]]:
    """Return office hours as stored: one to three spans, in order, none touching the next; raises Invalid."""
    wrong = Invalid({"spans": [_("请按先后填写办公时间，如 08:30 到 12:00、14:30 到 18:00，不要重叠。")]})
    try:
        found = [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans]
    except ValueError:
        raise wrong from None
    edges = [moment for span in found for moment in span]
    if not 1 <= len(found) <= MOST_SPANS or any(a >= b for a, b in pairwise(edges)):
        raise wrong
    return [[start.strftime("%H:%M"), end.strftime("%H:%M")] for start, end in found]


def _said(day: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}
