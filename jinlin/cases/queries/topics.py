"""Reads of monthly topics 每月一题."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.cases.models import MonthlyTopic
from jinlin.cases.rules import oversight
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.people.rules import role_may
from jinlin.places import queries as places

TOPICS: Final = 24
STATES: Final = {"candidate": noop("候选"), "adopted": noop("已列入"), "left": noop("不列入")}


@dataclass(frozen=True)
class TopicRow:
    """One frequent matter of a month."""

    id: UUID
    month: date
    county: str
    category: str
    category_code: str
    seen: int
    state: str
    state_label: str
    lead: str
    measures: str
    due_on: date | None
    may_decide: bool


def _county(post: ActivePost) -> Q:
    if post.level == 3:
        return Q(county=post.place)
    if post.level == 2:
        head = post.place[:4]
        return Q(county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0"))
    return Q(county=post.place[:6] + "000000") if post.span == "block" else Q(pk__in=())


def monthly_topics(*, viewer: Actor) -> tuple[TopicRow, ...]:
    """Return the frequent matters of the last months of a viewer's counties, newest first (at most 4 queries)."""
    access.require(viewer, "supervision.view")
    seen = Q(pk__in=())
    for post in viewer.posts:
        seen |= _county(post) if post.level <= 3 else Q(county=post.place[:6] + "000000")
    rows = MonthlyTopic.objects.filter(seen).select_related("category").order_by("-month", "county", "-seen")
    found = list(rows[:TOPICS])
    names = orgs.unit_names({row.lead_unit for row in found})
    areas = places.area_names({row.county for row in found})
    governing = [post for post in viewer.posts if role_may(post.role, "topic.decide")]
    return tuple(
        TopicRow(
            id=row.pk,
            month=row.month,
            county=areas.get(row.county, ""),
            category=row.category.name,
            category_code=row.category.code,
            seen=row.seen,
            state=row.state,
            state_label=_(STATES[row.state]),
            lead=names.get(row.lead_unit, "") if row.lead_unit else "",
            measures=row.measures,
            due_on=row.due_on,
            may_decide=row.state == "candidate"
            and any(oversight.governs(post.level, post.place, row.county) for post in governing),
        )
        for row in found
    )
