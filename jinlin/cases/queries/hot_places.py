"""Reads of tasks about places 主动治理 and of monthly topics 每月一题."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.cases.models import MonthlyTopic, PlaceTask
from jinlin.cases.rules import oversight
from jinlin.kernel import clock
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.people.rules import role_may
from jinlin.places import queries as places

SHOWN: Final = 100
TOPICS: Final = 24
STATES: Final = {"candidate": noop("候选"), "adopted": noop("已列入"), "left": noop("不列入")}


@dataclass(frozen=True)
class TaskRow:
    """One task about a place: what came up there, how often, who looks into it; no case, no person."""

    id: UUID
    place: str
    place_code: str
    category: str
    category_code: str
    seen: int
    window_days: int
    unit: str
    opened_at: datetime
    due_at: datetime
    is_open: bool
    is_overdue: bool
    answer: str
    answered_at: datetime | None
    may_answer: bool


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


def _inside(post: ActivePost) -> Q:
    if post.level >= 6:
        return Q(county=post.place[:6] + "000000", place=post.place)
    if post.level == 5:
        return Q(county=post.place[:6] + "000000", village=post.place)
    if post.level == 4:
        return Q(county=post.place[:6] + "000000", town=post.place)
    return _county(post)


def _county(post: ActivePost) -> Q:
    if post.level == 3:
        return Q(county=post.place)
    if post.level == 2:
        head = post.place[:4]
        return Q(county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0"))
    return Q(county=post.place[:6] + "000000") if post.span == "block" else Q(pk__in=())


def _seen(viewer: Actor) -> Q:
    """Tasks of one's own unit, and those inside the block of a desk, a leader or a supervisor."""
    seen = Q(unit__in=list(viewer.units))
    for post in viewer.posts:
        if post.span in ("block", "masked"):
            seen |= _inside(post)
    return seen


def place_tasks(*, viewer: Actor, is_open: bool = True) -> tuple[TaskRow, ...]:
    """Return the tasks in a viewer's sight, nearest due first (ended: newest first); at most 4 queries."""
    access.require(viewer, "supervision.view")
    rows = PlaceTask.objects.filter(_seen(viewer), is_open=is_open).select_related("category")
    found = list(rows.order_by("due_at" if is_open else "-answered_at", "id")[:SHOWN])
    names = orgs.unit_names({row.unit for row in found})
    areas = places.area_names({row.place for row in found})
    mine = {post.unit for post in viewer.posts if role_may(post.role, "place.answer")}
    now = clock.now()
    return tuple(
        TaskRow(
            id=row.pk,
            place=areas.get(row.place, ""),
            place_code=row.place,
            category=row.category.name,
            category_code=row.category.code,
            seen=row.seen,
            window_days=row.window_days,
            unit=names.get(row.unit, ""),
            opened_at=row.opened_at,
            due_at=row.due_at,
            is_open=row.is_open,
            is_overdue=row.is_open and row.due_at < now,
            answer=row.answer,
            answered_at=row.answered_at,
            may_answer=row.is_open and row.unit in mine,
        )
        for row in found
    )


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
