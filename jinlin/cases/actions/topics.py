"""Frequent matters of a month 每月一题: proposed by the count to the county's desk, taken up or left.

The subject is a matter, never a person: sensitive matters stay out. Places where something grows are found by insight.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions.ladder import lock_ladder
from jinlin.cases.models import Case, MonthlyTopic
from jinlin.cases.queries.ladder import rungs
from jinlin.cases.rules import oversight
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs.models import Organisation
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import role_may

COUNTIES: Final = 20  # of a month's proposals, in one run
FEWEST: Final = 5  # cases of a month below which a matter is no topic
NO_NEWS: Final = ("duplicate", "withdrawn", "not_ours")


def propose_topics() -> list[MonthlyTopic]:
    """Propose last month's frequent matters to each county's desk, once a month, some counties a run."""
    run = lock_ladder()
    rule = next((one for one in rungs() if one.trigger == "month"), None)
    month = clock.today().replace(day=1)
    if rule is None:
        return []
    if run.month != month:
        run.month, run.county_done = month, ""
    centres = Organisation.objects.on(clock.today()).filter(level=3, kind="governance_centre")
    left = centres.filter(county__gt=run.county_done).order_by("county").values_list("county", flat=True)
    counties = list(dict.fromkeys(left))[:COUNTIES]
    if not counties:
        return []
    made = [topic for county in counties for topic in _topics(county, month, int(rule.amount))]
    run.county_done = counties[-1]
    run.save(update_fields=["month", "county_done"])
    MonthlyTopic.objects.bulk_create(made, ignore_conflicts=True)
    return made


def _topics(county: str, month: date, most: int) -> list[MonthlyTopic]:
    before = (month - timedelta(days=1)).replace(day=1)
    rows = (
        Case.unscoped.filter(
            county=county,
            opened_at__gte=_midnight(before),
            opened_at__lt=_midnight(month),
            part_of=None,
            sensitive=False,
            category__isnull=False,
        )
        .exclude(end_kind__in=NO_NEWS)
        .values_list("category", "is_demo")
        .annotate(n=Count("id"))
        .order_by("-n", "category")[:most]
    )
    now = clock.now()
    return [
        MonthlyTopic(
            county=county, month=before, category_id=category, seen=n, opened_at=now, is_demo=is_demo
        )
        for category, is_demo, n in rows
        if n >= FEWEST
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)


@once("topic.decide")
def decide_topic(
    *,
    actor: Actor,
    topic_id: UUID,
    adopted: bool,
    measures: str,
    lead_unit: UUID | None = None,
    due_on: date | None = None,
    key: str | None = None,
) -> MonthlyTopic:
    """Take a proposed matter up with a lead unit, measures and a day, or leave it with a reason."""
    access.require(actor, "topic.decide")
    row = MonthlyTopic.objects.select_for_update().filter(pk=topic_id).first()
    posts = [post for post in actor.posts if row is not None and _may_decide(post, row.county)]
    if row is None or not posts:
        raise NotFound(_("这个候选"))
    if row.state != "candidate":
        raise Conflict("decided", _("这个候选刚才已由同事定了，请看最新情况。"))
    row.measures = clean(measures, max_length=1000, field="measures", multiline=True, required=True)
    if adopted:
        row.lead_unit, row.due_on = _lead(lead_unit, row.county), _day(due_on)
    row.state, row.decided_at = "adopted" if adopted else "left", clock.now()
    row.save()
    audit.record(actor=actor.acting_in(posts[0]), verb="topic.decide", obj=row, county=row.county)
    return row


def _may_decide(post: access.ActivePost, county: str) -> bool:
    return role_may(post.role, "topic.decide") and oversight.governs(post.level, post.place, county)


def _lead(unit_id: UUID | None, county: str) -> UUID:
    standing = Organisation.objects.on(clock.today()).filter(county=county)
    found = standing.filter(pk=unit_id).first() if unit_id else None
    if found is None:
        raise Invalid({"lead_unit": [_("请从列表里选本县（市、区）的牵头单位。")]})
    return found.pk


def _day(day: date | None) -> date:
    if day is None or not clock.today() < day <= clock.today() + timedelta(days=366):
        raise Invalid({"due_on": [_("请填写完成日期，在明天到一年之内。")]})
    return day
