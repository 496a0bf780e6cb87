"""Season plans as read: the check list, whether it was begun in time, and the curve beside last year's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.insight.models import Plan, PlanTemplate
from jinlin.insight.models.plan import PlanQuerySet
from jinlin.insight.queries.curves import SeasonCurves, season_curves
from jinlin.insight.queries.slips import about
from jinlin.insight.rules import words as w
from jinlin.insight.rules.seasons import next_season
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import role_may
from jinlin.places import queries as places

PAGE: Final = 60


@dataclass(frozen=True)
class PlanRow:
    """One plan in a list."""

    id: UUID
    topic: str
    region: str
    region_code: str
    lead: str
    starts_on: date
    ends_on: date
    remind_on: date
    state: str
    state_label: str
    phase: str  # before, working, season, over
    done: int
    items: int


@dataclass(frozen=True)
class ItemRow:
    """One line of the check list."""

    id: UUID
    words: str
    done_at: datetime | None
    note: str


@dataclass(frozen=True)
class PlanDetail:
    """One plan with its list and curves, and what the viewer may do."""

    row: PlanRow
    items: tuple[ItemRow, ...]
    categories: tuple[str, ...]
    curves: SeasonCurves
    result: str
    ended_at: datetime | None
    may_tick: bool
    may_end: bool


@dataclass(frozen=True)
class TemplateRow:
    """One season to start from, with its next beginning."""

    code: str
    topic: str
    categories: tuple[str, ...]
    season: str
    days: int
    lead_days: int
    items: tuple[str, ...]
    source: str
    own: bool  # the county's own edition
    is_on: bool
    starts_on: date
    ends_on: date
    remind_on: date


def plan_list(*, viewer: Actor, state: str = w.PLANNED, limit: int = PAGE) -> tuple[PlanRow, ...]:
    """Return the plans in sight, nearest season first, ended ones latest first (at most 4 queries)."""
    access.require(viewer, "insight.view")
    order = "-starts_on" if state == w.ENDED else "starts_on"
    rows = access.visible(viewer, Plan.objects.all()).filter(state=state).order_by(order, "id")
    return as_plans(list(_counted(rows)[:limit]))


def plans_about(*, viewer: Actor, place: str, limit: int = 10) -> tuple[PlanRow, ...]:
    """Return the plans that hold for a place: its own, its street's, its county's, the latest season first."""
    county = place[:6] + "000000"
    wider = Q(town="") | Q(town=place[:9] + "000", village="") | Q(**about(place))
    rows = access.visible(viewer, Plan.objects.all()).filter(wider, county=county)
    return as_plans(list(_counted(rows).order_by("-starts_on", "id")[:limit]))


def _counted(rows: PlanQuerySet) -> PlanQuerySet:
    return rows.annotate(n=Count("items"), done=Count("items", filter=Q(items__done_at__isnull=False)))


def as_plans(rows: Sequence[Plan]) -> tuple[PlanRow, ...]:
    """Return counted rows as shown (at most 3 queries)."""
    units = orgs.unit_names({row.lead_unit for row in rows})
    names = places.area_names({row.region for row in rows})
    return tuple(
        PlanRow(
            id=row.pk,
            topic=row.topic,
            region=names.get(row.region, row.region),
            region_code=row.region,
            lead=units.get(row.lead_unit, ""),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            remind_on=row.remind_on,
            state=row.state,
            state_label=_(w.PLAN_STATES[row.state]),
            phase=phase_of(row, clock.today()),
            done=getattr(row, "done", 0),
            items=getattr(row, "n", 0),
        )
        for row in rows
    )


def phase_of(row: Plan, today: date) -> str:
    """Return where a plan stands in its year: before, working (to be done now), season, over."""
    if row.state == w.ENDED or today > row.ends_on:
        return "over"
    if today >= row.starts_on:
        return "season"
    return "working" if today >= row.remind_on else "before"


def plan_detail(*, viewer: Actor, plan_id: UUID) -> PlanDetail:
    """Return one plan (at most 9 queries); NotFound when it does not hold for the viewer's block."""
    access.require(viewer, "insight.view")
    rows = _counted(access.visible(viewer, Plan.objects.all()).filter(pk=plan_id))
    row: Plan | None = rows.prefetch_related("items").first()
    if row is None:
        raise NotFound(_("这个方案"))
    tree = orgs.categories()
    leads = any(p.unit == row.lead_unit and role_may(p.role, "plan.tick") for p in viewer.posts)
    made = any(p.unit == row.made_unit and role_may(p.role, "plan.tick") for p in viewer.posts)
    return PlanDetail(
        row=as_plans([row])[0],
        items=tuple(ItemRow(one.pk, one.words, one.done_at, one.note) for one in row.items.all()),
        categories=tuple(tree.label(code) or code for code in row.categories),
        curves=season_curves(
            region=row.region, categories=row.categories, starts_on=row.starts_on, ends_on=row.ends_on
        ),
        result=row.result,
        ended_at=row.ended_at,
        may_tick=leads and row.state == w.PLANNED,
        may_end=(leads or made) and row.state == w.PLANNED,
    )


def templates(*, viewer: Actor, county: str) -> tuple[TemplateRow, ...]:
    """Return the seasons of a county, its own editions over the shipped ones, the next to come first (one query)."""
    access.require(viewer, "insight.view")
    rows = PlanTemplate.objects.filter(county__in=("", county)).order_by("county")
    found = {row.code: row for row in rows}
    today = clock.today()
    return tuple(
        sorted(
            (_template(row, today) for row in found.values()), key=lambda row: (row.remind_on, row.starts_on)
        )
    )


def _template(row: PlanTemplate, today: date) -> TemplateRow:
    starts_on = next_season(row.season, today)
    return TemplateRow(
        code=row.code,
        topic=row.topic,
        categories=tuple(row.categories),
        season=row.season,
        days=row.days,
        lead_days=row.lead_days,
        items=tuple(row.items),
        source=row.source,
        own=bool(row.county),
        is_on=row.is_on,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=row.days - 1),
        remind_on=max(today, starts_on - timedelta(days=row.lead_days)),
    )
