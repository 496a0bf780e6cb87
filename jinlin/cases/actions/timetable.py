"""Editing the dated seed data of time: stage lengths and local days that differ; nothing is overwritten."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions.timing import forget_timing
from jinlin.cases.models import CalendarDay, SlaStage
from jinlin.cases.rules.deadlines import MAX_AMOUNT, UNITS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places.rules import contains, is_region_code


@once("stage.set")
def set_stage_time(
    *,
    actor: Actor,
    sla_class: str,
    stage: str,
    amount: float,
    unit: str,
    source: str = "",
    key: str | None = None,
) -> SlaStage:
    """Set how long a stage may take from today on; clocks that already run keep their due moment."""
    access.require(actor, "settings.manage")
    if not 0 < amount <= MAX_AMOUNT:
        raise Invalid({"amount": [_("请填写 0 到 2000 之间的数。")]})
    if unit not in UNITS:
        raise Invalid({"unit": [_("请选择单位：小时、工作小时、工作日或自然日。")]})
    note = clean(source, max_length=120, field="source", required=True)
    held = (
        SlaStage.objects.select_for_update()
        .filter(sla_class=sla_class, stage=stage, valid_to__isnull=True)
        .first()
    )
    if held is None:
        raise Invalid({"stage": [_("没有这一环节，请从列表中选择。")]})
    held.valid_to = clock.today()
    held.save(update_fields=["valid_to"])
    made = SlaStage.objects.create(
        sla_class=sla_class, stage=stage, amount=amount, unit=unit, valid_from=clock.today(), source=note
    )
    forget_timing()
    audit.record(actor=actor, verb="stage.set", obj=made)
    return made


@once("calendar.set")
def set_calendar_day(
    *, actor: Actor, region_code: str, day: date, is_workday: bool, source: str, key: str | None = None
) -> CalendarDay:
    """Say that a region works, or doesn't, on a day against the national calendar."""
    access.require(actor, "places.manage")
    if not is_region_code(region_code):
        raise Invalid({"region_code": [_("区划代码应为 12 位数字，请从列表中选择。")]})
    if not any(contains(post.place, region_code) for post in actor.posts) and actor.kind != "system":
        raise NotAllowed("other_area", _("这不在您管理的区域内，请联系当地或上级管理员。"))
    note = clean(source, max_length=120, field="source", required=True)
    row, _made = CalendarDay.objects.update_or_create(
        region_code=region_code, day=day, defaults={"is_workday": is_workday, "source": note}
    )
    forget_timing()
    audit.record(actor=actor, verb="calendar.set", obj=row)
    return row
