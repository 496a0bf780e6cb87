"""Hot issues as read: the headline for those who may read the texts, place and category for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Case
from jinlin.cases.queries.rows import CaseRow, as_rows
from jinlin.insight.models import HotCase, HotIssue, HotPlace
from jinlin.insight.queries.curves import Curve
from jinlin.insight.rules.floors import told_parts
from jinlin.insight.rules.words import FLOOR
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.rules import level_of

PAGE: Final = 30
CASES_SHOWN: Final = 50
RISING, FALLING = 1.5, 0.67  # the last four weeks beside the four before


@dataclass(frozen=True)
class IssuePlace:
    """A village of an issue; `messages` None is fewer than 5, or would tell such a village by subtraction."""

    village: str
    name: str
    messages: int | None


@dataclass(frozen=True)
class IssueRow:
    """One hot issue as shown; `headline` is the masked line, or place and category where the texts may not be read."""

    id: UUID
    county: str
    headline: str
    has_text: bool
    category: str
    category_code: str
    place: str
    place_code: str
    heat: float
    reporters: int
    messages: int
    first_day: date
    last: date
    curve: Curve
    trend: str
    trend_tone: str
    places: tuple[IssuePlace, ...]
    counted_at: datetime


@dataclass(frozen=True)
class IssueBrief:
    """What a slip takes over from an issue."""

    title: str
    place: str
    category: str
    county: str


@dataclass(frozen=True)
class IssueDetail:
    """One issue, and those of its cases the viewer may see; the others only counted."""

    row: IssueRow
    cases: tuple[CaseRow, ...]
    others: int


def hot_issues(*, viewer: Actor, area: str, limit: int = PAGE) -> tuple[IssueRow, ...]:
    """Return the hottest issues that touch an area (at most 6 queries)."""
    access.require(viewer, "insight.view")
    rows = access.visible(viewer, HotIssue.objects.all()).filter(_inside(area))
    rows = rows.prefetch_related("places").order_by("-heat", "id")
    return _as_rows(viewer, list(rows[:limit]))


def issues_at(viewer: Actor, place: str, limit: int = 5) -> tuple[IssueRow, ...]:
    """Return the hottest issues of one place, for its diagnosis."""
    return hot_issues(viewer=viewer, area=place[:12], limit=limit)


def issue_detail(*, viewer: Actor, issue_id: UUID) -> IssueDetail:
    """Return one issue with the cases the viewer may see, latest first (at most 9 queries); NotFound beyond the block."""
    row = _one(viewer, issue_id)
    members = HotCase.objects.filter(county=row.county, issue=row).values("case")
    seen = access.visible(viewer, Case.objects.all()).filter(county=row.county, pk__in=members)
    cases = list(seen.order_by("-opened_at")[:CASES_SHOWN])
    return IssueDetail(_as_rows(viewer, [row])[0], as_rows(cases, viewer), row.case_count - len(cases))


def issue_brief(viewer: Actor, issue_id: UUID) -> IssueBrief:
    """Return what a slip takes over; NotFound outside of the viewer's block."""
    row = _as_rows(viewer, [_one(viewer, issue_id)])[0]
    return IssueBrief(row.headline, row.place_code, row.category_code, row.county)


def _one(viewer: Actor, issue_id: UUID) -> Any:
    access.require(viewer, "insight.view")
    rows = access.visible(viewer, HotIssue.objects.all()).filter(pk=issue_id)
    row = rows.annotate(case_count=Count("cases")).prefetch_related("places").first()
    if row is None:
        raise NotFound(_("这个热点问题"))
    return row


def _inside(area: str) -> Q:
    """Return the condition that an issue touches an area of any level."""
    level = level_of(area)
    if level <= 2:
        head = area[: 2 * level]
        return Q(county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0"))
    county = Q(county=area[:6] + "000000")
    if level == 3:
        return county
    touched = HotPlace.objects.filter(
        issue=OuterRef("pk"), **{"town" if level == 4 else "village": area[:12]}
    )
    return county & Q(Exists(touched))


def _as_rows(viewer: Actor, rows: Sequence[HotIssue]) -> tuple[IssueRow, ...]:
    """Return rows as shown (2 queries beside the prefetch): whose centre may be read keeps its headline."""
    centres = access.visible(viewer, Case.objects.all()).filter(pk__in=[row.centre_id for row in rows])
    readable = set(centres.values_list("pk", flat=True)) if rows else set()
    codes = {_code(row) for row in rows} | {one.village for row in rows for one in row.places.all()}
    names = places.area_names(codes) if codes else {}
    matters = {node.id: (node.label, node.code) for node in orgs.categories().leaves} if rows else {}
    told = [row.centre_id in readable and bool(row.headline) for row in rows]  # empty: taken back since
    return tuple(_as_row(row, names, matters, has_text) for row, has_text in zip(rows, told, strict=True))


def _as_row(
    row: HotIssue, names: dict[str, str], matters: dict[UUID, tuple[str, str]], has_text: bool
) -> IssueRow:
    code = _code(row)
    label, category = matters.get(row.category_id, ("", "")) if row.category_id else ("", "")
    place, matter = names.get(code, ""), label or _("未分类的事项")
    first = clock.local(row.counted_at).date() - timedelta(days=7 * len(row.weekly) - 1)
    weeks = tuple(first + timedelta(days=7 * k) for k in range(len(row.weekly)))
    trend, tone = _trend(row.weekly)
    return IssueRow(
        id=row.pk,
        county=row.county,
        headline=row.headline if has_text else f"{place} · {matter}",
        has_text=has_text,
        category=matter,
        category_code=category,
        place=place,
        place_code=code,
        heat=row.heat,
        reporters=row.reporters,
        messages=row.messages,
        first_day=row.first_day,
        last=row.last_day,
        curve=Curve(weeks, told_parts(row.weekly)),
        trend=trend,
        trend_tone=tone,
        places=_places(row, names),
        counted_at=row.counted_at,
    )


def _places(row: HotIssue, names: dict[str, str]) -> tuple[IssuePlace, ...]:
    """Return the villages of an issue, those with most messages first."""
    there = sorted(row.places.all(), key=lambda one: (-one.messages, one.village))
    told = told_parts([one.messages for one in there])
    return tuple(
        IssuePlace(one.village, names.get(one.village, ""), messages)
        for one, messages in zip(there, told, strict=True)
    )


def _code(row: HotIssue) -> str:
    return row.village or row.town or row.county


def _trend(weekly: Sequence[int]) -> tuple[str, str]:
    """Return in a word whether more or less is told than four weeks before, and the tone of its badge."""
    now, before = sum(weekly[-4:]), sum(weekly[-8:-4])
    if now >= FLOOR and now > RISING * before:
        return _("在升"), "wait"
    if before >= FLOOR and now < FALLING * before:
        return _("在降"), "done"
    return _("平稳"), ""
