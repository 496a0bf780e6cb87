"""Season plans 未诉先办: made from a template or by hand, ticked by the lead unit, remembered before the season."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.insight import events
from jinlin.insight.models import Plan, PlanItem, PlanTemplate
from jinlin.insight.rules import words as w
from jinlin.insight.rules.seasons import next_season
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs.models import Category, Organisation
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.areas import acting
from jinlin.people.rules import role_may
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of

DATA: Final = Path(__file__).resolve().parent.parent / "data" / "plan_templates.csv"
LONGEST: Final = 366
MOST_ITEMS: Final = 20
MOST_CATEGORIES: Final = 12
BATCH: Final = 200
_SEASON = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class PlanDraft:
    """What a plan says: region, topic, matters, season, when work begins, who leads, what is to be done."""

    region: str
    topic: str
    lead_unit: UUID | None
    starts_on: date | None
    ends_on: date | None
    remind_on: date | None
    items: Sequence[str] = field(default_factory=tuple)
    categories: Sequence[str] = field(default_factory=tuple)
    template: str = ""


@dataclass(frozen=True)
class TemplateFacts:
    """What a template says; `season` is "MM-DD"."""

    code: str
    topic: str
    season: str
    days: int
    lead_days: int
    items: Sequence[str] = field(default_factory=tuple)
    categories: Sequence[str] = field(default_factory=tuple)
    is_on: bool = True


def seed_templates() -> int:
    """Write the shipped seasons where none of that code stands yet; what a county edited is never touched."""
    with DATA.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    known = set(PlanTemplate.objects.filter(county="").values_list("code", flat=True))
    made = [
        PlanTemplate(
            code=row["code"],
            topic=row["topic"],
            categories=row["categories"].split(),
            season=row["season"],
            days=int(row["days"]),
            lead_days=int(row["lead_days"]),
            items=row["items"].split("｜"),  # data
            source=row["source"],
        )
        for row in rows
        if row["code"] not in known
    ]
    PlanTemplate.objects.bulk_create(made)
    return len(made)


@once("plan.make")
def make_plan(*, actor: Actor, draft: PlanDraft, key: str | None = None) -> Plan:
    """Make a plan for a county, a street or a community, with a lead unit and a check list."""
    region = draft.region
    if not is_region_code(region) or level_of(region) < 3 or not places.stands(region):
        raise Invalid({"region": [_("请选到县（市、区）、街道（乡镇）或社区（村）。")]})
    actor = acting(actor, "plan.make", region)
    starts_on, ends_on, remind_on = _days(draft)
    level, county = level_of(region), region[:6] + "000000"
    post = actor.post
    row = Plan.unscoped.create(
        county=county,
        town=region[:9] + "000" if level >= 4 else "",
        village=region if level == 5 else "",
        region=region,
        template=clean(draft.template, max_length=16, field="template"),
        topic=clean(draft.topic, max_length=40, field="topic", required=True),
        categories=_codes(draft.categories),
        lead_unit=_lead(draft.lead_unit, county),
        made_unit=post.unit if post else None,
        made_at=clock.now(),
        starts_on=starts_on,
        ends_on=ends_on,
        remind_on=remind_on,
    )
    PlanItem.objects.bulk_create(
        PlanItem(county=county, plan=row, order=order, words=words)
        for order, words in enumerate(_items(draft.items), start=1)
    )
    audit.record(actor=actor, verb="plan.make", obj=row, county=county)
    return row


def _days(draft: PlanDraft) -> tuple[date, date, date]:
    first, last, remind = draft.starts_on, draft.ends_on, draft.remind_on
    if first is None or last is None or remind is None:
        missing = [name for name in ("starts_on", "ends_on", "remind_on") if getattr(draft, name) is None]
        raise Invalid({name: [_("请填写日期。")] for name in missing})
    if not first <= last <= first + timedelta(days=LONGEST):
        raise Invalid({"ends_on": [_("结束日期应在开始之后一年之内。")]})
    if not remind <= first:
        raise Invalid({"remind_on": [_("动手日期应在这一季开始以前。")]})
    if last < clock.today():
        raise Invalid({"ends_on": [_("这一季已经过去，请填写下一季的日期。")]})
    return first, last, remind


def _codes(codes: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(code for code in codes if code))
    found = set(
        Category.objects.filter(code__in=wanted[:50], level=2, is_active=True).values_list("code", flat=True)
    )
    if not wanted or len(wanted) > MOST_CATEGORIES or found != set(wanted):
        raise Invalid({"categories": [_("请选 1 到 12 个类别，曲线按这些类别画。")]})
    return wanted


def _items(items: Sequence[str]) -> list[str]:
    found = [clean(one, max_length=120, field="items") for one in items if one.strip()]
    if not 1 <= len(found) <= MOST_ITEMS:
        raise Invalid({"items": [_("清单请写 1 到 20 项，一行一项。")]})
    return found


def _lead(unit_id: UUID | None, county: str) -> UUID:
    standing = Organisation.objects.on(clock.today()).filter(county=county)
    found = standing.filter(pk=unit_id).first() if unit_id else None
    if found is None:
        raise Invalid({"lead_unit": [_("请从列表里选本县（市、区）的牵头单位。")]})
    return found.pk


@once("plan.tick")
def tick_item(
    *, actor: Actor, item_id: UUID, done: bool = True, note: str = "", key: str | None = None
) -> PlanItem:
    """Tick a line of the check list with what was done, or take the tick back; by the lead unit."""
    access.require(actor, "plan.tick")
    item = PlanItem.objects.select_for_update(of=("self",)).select_related("plan").filter(pk=item_id).first()
    visible = access.visible(actor, Plan.objects.all())
    if item is None or not visible.filter(pk=item.plan_id).exists():
        raise NotFound(_("这一项"))
    actor = _leading(actor, item.plan, "plan.tick")
    if item.plan.state != w.PLANNED:
        raise Conflict("ended", _("这个方案已经结束，不能再改。"))
    item.done_at = clock.now() if done else None
    item.note = clean(note, max_length=200, field="note")
    item.save(update_fields=["done_at", "note"])
    audit.record(actor=actor, verb="plan.tick", obj=item.plan, county=item.county)
    return item


def _leading(actor: Actor, row: Plan, verb: str) -> Actor:
    fit = [post for post in actor.posts if post.unit == row.lead_unit and role_may(post.role, verb)]
    if not fit:
        raise NotAllowed("other_unit", _("这个方案由牵头单位勾选，请联系牵头单位。"))
    return actor.acting_in(fit[0])


@once("plan.end")
def end_plan(*, actor: Actor, plan_id: UUID, result: str, key: str | None = None) -> Plan:
    """End a plan with what came of it; by the office that made it or the lead unit."""
    access.require(actor, "plan.tick")
    seen = access.visible(actor, Plan.objects.all()).filter(pk=plan_id)
    row = seen.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(_("这个方案"))
    fit = [
        post
        for post in actor.posts
        if post.unit in (row.lead_unit, row.made_unit) and role_may(post.role, "plan.tick")
    ]
    if not fit:
        raise NotAllowed("other_unit", _("这个方案由牵头单位或制定单位结束。"))
    if row.state != w.PLANNED:
        raise Conflict("ended", _("这个方案已经结束，不能再改。"))
    row.result = clean(result, max_length=1000, field="result", multiline=True, required=True)
    row.state, row.ended_at = w.ENDED, clock.now()
    row.save(update_fields=["result", "state", "ended_at"])
    audit.record(actor=actor.acting_in(fit[0]), verb="plan.end", obj=row, county=row.county)
    _announce(events.PlanEnded, row)
    return row


def _announce(kind: type[events.PlanFact], row: Plan) -> None:
    bus.announce(kind(plan_id=row.pk, county=row.county, unit=row.lead_unit, at=clock.now()))


def remind_plans() -> int:
    """Tell the lead units whose work begins, once each; run by the schedule."""
    with transaction.atomic():
        due = Plan.unscoped.select_for_update(of=("self",), skip_locked=True).filter(
            state=w.PLANNED, reminded_at=None, remind_on__lte=clock.today()
        )
        found = list(due.order_by("remind_on", "id")[:BATCH])
        for row in found:
            row.reminded_at = clock.now()
            row.save(update_fields=["reminded_at"])
            _announce(events.PlanComing, row)
    return len(found)


@once("plan.template")
def change_template(
    *, actor: Actor, county: str, facts: TemplateFacts, key: str | None = None
) -> PlanTemplate:
    """Write a county's own edition of a season, over the shipped one of the same code."""
    actor = acting(actor, "insight.set", county)
    if not _SEASON.fullmatch(facts.season):
        raise Invalid({"season": [_("季节开始请写成月-日，例如 11-15。")]})
    if not (1 <= facts.days <= LONGEST and 0 <= facts.lead_days <= 180):
        raise Invalid({"days": [_("持续天数请填 1 到 366，提前天数请填 0 到 180。")]})
    next_season(facts.season, clock.today())
    code = clean(facts.code, max_length=16, field="code", required=True)
    row, _made = PlanTemplate.objects.update_or_create(
        county=county,
        code=code,
        defaults={
            "topic": clean(facts.topic, max_length=40, field="topic", required=True),
            "categories": _codes(facts.categories),
            "season": facts.season,
            "days": facts.days,
            "lead_days": facts.lead_days,
            "items": _items(facts.items),
            "source": _("本县（市、区）自定"),
            "is_on": facts.is_on,
        },
    )
    audit.record(actor=actor, verb="plan.template", obj=row, county=county)
    return row
