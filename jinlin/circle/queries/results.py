"""Reads of results: how far a job is, coverage by category, gaps with people, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from jinlin.circle.coverage import Coverage, Status
from jinlin.circle.models import Assessment, Block, Cover, Lack
from jinlin.circle.queries.scope import inside, known_area, require_area
from jinlin.circle.queries.standards import rows_of
from jinlin.circle.rules.standards import Row
from jinlin.circle.rules.words import STATUSES
from jinlin.kernel.errors import NotFound
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.models import Compound
from jinlin.places.rules import code_range, contains, level_of

LISTED: Final = 40
GAPS: Final = 500
PUBLISHED: Final = "planning"  # the walker of the figure on boards
BY: Final = {"county": 3, "town": 4, "village": 5, "compound": 6}


@dataclass(frozen=True)
class AssessmentRow:
    """One version of the results, or one on its way."""

    id: UUID
    area: str
    area_name: str
    label: str
    trigger: str
    state: str
    done: int
    total: int
    error: str
    profile: str
    moment: str
    day: date
    standard_version: int
    network: int | None
    network_as_of: date | None
    network_source: str
    network_licence: str
    engine: str
    ordered_at: datetime
    finished_at: datetime | None
    is_demo: bool


@dataclass(frozen=True)
class Shares:
    """People (whole tens) or buildings by what is known of them."""

    covered: int
    not_covered: int
    estimated_covered: int
    estimated_not_covered: int
    not_mapped: int
    no_data: int

    @property
    def coverage(self) -> Coverage:
        """The rates that may be published."""
        counts = (
            self.covered,
            self.not_covered,
            self.estimated_covered,
            self.estimated_not_covered,
            self.not_mapped,
            self.no_data,
        )
        return Coverage(tuple(map(float, counts)))

    def percent(self, name: str) -> Decimal | None:
        """Return the share of a status of all; None where no list was loaded."""
        return self.coverage.share(Status[name.upper()])


@dataclass(frozen=True)
class CategoryCover:
    """One facility in an area."""

    code: str
    name: str
    tier: str
    need: str
    people: Shares
    buildings: Shares
    covered_of_mapped: Decimal | None
    gap_people: int
    slow_gap_people: int
    facilities: int
    near_m: float | None
    detour: float | None
    has_data: bool


@dataclass(frozen=True)
class CoverPage:
    """The coverage of an area by one assessment; rows are empty before the first one."""

    assessment: AssessmentRow | None
    area: str
    area_name: str
    rows: tuple[CategoryCover, ...]
    basis: str
    basis_year: int | None


@dataclass(frozen=True)
class GapRow:
    """A facility that some people of a place cannot reach."""

    code: str
    name: str
    tier: str
    need: str
    place: str
    place_name: str
    compound_id: UUID | None
    people: int
    slow_people: int
    not_mapped_people: int
    nearest_m: float | None


def as_row(row: Assessment) -> AssessmentRow:
    """Return an assessment as pages read it (standard and network loaded)."""
    network = row.network
    return AssessmentRow(
        id=row.pk,
        area=row.area,
        area_name=places.area_name(row.area),
        label=row.label,
        trigger=row.trigger,
        state=row.state,
        done=row.done,
        total=row.total,
        error=row.error,
        profile=row.profile,
        moment=row.moment,
        day=row.day,
        standard_version=row.standard.number,
        network=network.number if network else None,
        network_as_of=network.as_of if network else None,
        network_source=network.source if network else "",
        network_licence=network.licence if network else "",
        engine=row.engine,
        ordered_at=row.ordered_at,
        finished_at=row.finished_at,
        is_demo=row.is_demo,
    )


def assessments(*, viewer: Actor, area: str) -> tuple[AssessmentRow, ...]:
    """Return what was ordered for an area or a wider one it lies in, newest first (at most three queries)."""
    require_area(viewer, "circle.view", area)
    known_area(area)
    rows = _about(area).order_by("-ordered_at")[:LISTED]
    return tuple(as_row(row) for row in rows)


def _about(area: str) -> Any:
    """Return the assessments an area can be read from: its own and those of the county or street around it."""
    wider = {area, area[:9] + "000" if level_of(area) >= 4 else area, area[:6] + "000000"}
    rows = Assessment.objects.filter(county=area[:6] + "000000", area__in=wider)
    return rows.select_related("standard", "network")


def found(viewer: Actor, area: str, assessment_id: UUID | None) -> Assessment | None:
    """Return the row an area is read from: the one asked for, or the newest finished; NotFound for one elsewhere."""
    require_area(viewer, "circle.view", area)
    rows = _about(area)
    if assessment_id is None:
        newest: Assessment | None = rows.filter(state="done").order_by("-finished_at", "-pk").first()
        return newest
    row: Assessment | None = rows.filter(pk=assessment_id).first()
    if row is None or not contains(row.area, area):
        raise NotFound(_("这次评估"))
    return row


def assessment(*, viewer: Actor, area: str, assessment_id: UUID | None = None) -> AssessmentRow | None:
    """Return one assessment an area is covered by; without an id the newest finished one (two queries)."""
    row = found(viewer, area, assessment_id)
    return as_row(row) if row else None


def coverage(*, viewer: Actor, area: str, assessment_id: UUID | None = None) -> CoverPage:
    """Return what people of an area reach, category by category, in the order of the standard (five queries)."""
    name = known_area(area)
    row = found(viewer, area, assessment_id)
    basis = Block.objects.filter(inside(area)).order_by("-year").values_list("basis", "year").first()
    told = (basis[0], basis[1]) if basis else ("", None)
    if row is None or row.state != "done":
        return CoverPage(as_row(row) if row else None, area, name, (), *told)
    covers = {cover.category: cover for cover in row.covers.filter(place=area, level=level_of(area))}
    rows = [category_cover(std, covers[std.code]) for std in rows_of(row.standard) if std.code in covers]
    return CoverPage(as_row(row), area, name, tuple(rows), *told)


def category_cover(std: Row, cover: Cover) -> CategoryCover:
    """Return one stored result with its standard row."""
    people = Shares(*cover.people)
    return CategoryCover(
        code=std.code,
        name=std.name,
        tier=std.tier,
        need=std.need,
        people=people,
        buildings=Shares(*cover.buildings),
        covered_of_mapped=people.coverage.of_mapped,
        gap_people=people.not_covered,
        slow_gap_people=cover.slow_gap,
        facilities=cover.facilities,
        near_m=cover.near_m,
        detour=cover.detour,
        has_data=not people.no_data,
    )


def people_lacking(*, area: str) -> tuple[int, int] | None:
    """Return (residents without some basic facility in walking distance, residents judged), both in tens; None unknown.

    By the newest finished assessment at the pace of planning; of a city, its counties together, as far as they have
    one. Counts of places that anybody may read who reads a board of the area (one query).
    """
    rows = Lack.objects.filter(assessment__state="done", assessment__profile=PUBLISHED)
    if level_of(area) >= 3:
        rows = rows.filter(county=area[:6] + "000000", place=area)
    else:
        low, high = code_range(area)
        rows = rows.filter(county__gte=low, county__lt=high, place=F("county"))
    newest: dict[str, tuple[int, int]] = {}
    told = rows.order_by("assessment__finished_at").values_list("place", "people", "judged")
    for place, people, judged in told:
        newest[place] = (people, judged)
    if not newest:
        return None
    return sum(people for people, _judged in newest.values()), sum(
        judged for _people, judged in newest.values()
    )


def gaps(
    *,
    viewer: Actor,
    area: str,
    assessment_id: UUID | None = None,
    category: str = "",
    tier: str = "",
    by: str = "village",
) -> tuple[GapRow, ...]:
    """Return certain gaps by people, most first: category x place of one level; not mapped is told beside, never in."""
    row = found(viewer, area, assessment_id)
    if row is None or row.state != "done":
        return ()
    standard = {std.code: std for std in rows_of(row.standard) if not tier or std.tier == tier}
    covers = row.covers.filter(Q(category=category) if category else Q(), level=BY.get(by, 5), **span(area))
    compounds = _compound_names(covers) if by == "compound" else {}
    rows = list(covers)
    names = places.area_names({cover.place for cover in rows})
    found_rows = [
        _gap(standard[cover.category], cover, compounds.get(cover.compound_id) or names.get(cover.place, ""))
        for cover in rows
        if cover.category in standard and cover.people[STATUSES.index("not_covered")]
    ]
    found_rows.sort(key=lambda gap: (-gap.people, gap.code, gap.place, gap.place_name))
    return tuple(found_rows[:GAPS])


def span(area: str) -> dict[str, str]:
    """Return the condition of results of places inside an area."""
    low, high = code_range(area)
    return {"place__gte": low, "place__lt": high}


def _compound_names(covers: Any) -> dict[UUID | None, str]:
    ids = covers.exclude(compound=None).values("compound")
    return dict(Compound.objects.filter(pk__in=ids).values_list("pk", "name"))


def _gap(std: Row, cover: Cover, place_name: str) -> GapRow:
    return GapRow(
        code=std.code,
        name=std.name,
        tier=std.tier,
        need=std.need,
        place=cover.place,
        place_name=place_name,
        compound_id=cover.compound_id,
        people=cover.people[STATUSES.index("not_covered")],
        slow_people=cover.slow_gap,
        not_mapped_people=cover.people[STATUSES.index("not_mapped")],
        nearest_m=cover.near_m,
    )
