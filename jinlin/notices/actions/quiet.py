"""Editing the quiet hours; dated, nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.notices.models import QuietHours
from jinlin.notices.queries.quiet import forget_quiet
from jinlin.orgs.rules import SLA_CLASSES
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places.rules import contains, is_region_code

SINCE: Final = date(2025, 1, 1)


@transaction.atomic
def seed_quiet_hours() -> int:
    """Load the default once: 20:00 to 08:00 and days off, P0 and P1 excepted."""
    if QuietHours.objects.exists():
        return 0
    QuietHours.objects.create(
        region_code="",
        starts=time(20),
        ends=time(8),
        days_off=True,
        urgent=["P0", "P1"],
        valid_from=SINCE,
        source="本系统默认值，请按本地办法修改",  # data
    )
    forget_quiet()
    return 1


@dataclass(frozen=True)
class Hours:
    """Quiet from an hour to an hour (over midnight if the first is later), on days off or not, and who waits for nothing."""

    starts: time
    ends: time
    days_off: bool
    urgent: tuple[str, ...]
    source: str


@once("quiet.set")
def set_quiet_hours(*, actor: Actor, region_code: str, hours: Hours, key: str | None = None) -> QuietHours:
    """Set when the units of a region are told nothing, from today on; "" is everywhere."""
    access.require(actor, "settings.manage")
    if region_code and not is_region_code(region_code):
        raise Invalid({"region_code": [_("区划代码应为 12 位数字，请从列表中选择。")]})
    inside = actor.kind == "system" or any(contains(post.place, region_code) for post in actor.posts)
    if region_code and not inside:
        raise NotAllowed("other_area", _("这不在您管理的区域内，请联系当地或上级管理员。"))
    if hours.starts == hours.ends:
        raise Invalid({"ends": [_("开始和结束不能是同一时刻。")]})
    if set(hours.urgent) - set(SLA_CLASSES):
        raise Invalid({"urgent": [_("请从列表里选时限等级。")]})
    source = clean(hours.source, max_length=120, field="source", required=True)
    row, _made = QuietHours.objects.update_or_create(
        region_code=region_code,
        valid_from=clock.today(),
        defaults={
            "starts": hours.starts,
            "ends": hours.ends,
            "days_off": hours.days_off,
            "urgent": list(hours.urgent),
            "source": source,
        },
    )
    forget_quiet()
    audit.record(actor=actor, verb="quiet.set", obj=row)
    return row
