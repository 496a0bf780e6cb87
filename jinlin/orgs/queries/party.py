"""Party organisations, their coverage of grids with the gaps, teams, heads, training and methods of an area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.orgs.models import (
    GridInstructor,
    HeadSeat,
    JointTeam,
    PartyOrg,
    PartyTie,
    SupervisorSeat,
    Training,
    WorkMethod,
)
from jinlin.orgs.rules import code_range, level_of
from jinlin.orgs.rules.party import BRANCHES, Coverage, coverage, missing_bodies
from jinlin.people import queries as people
from jinlin.people.access import Actor
from jinlin.people.areas import require_area
from jinlin.places import queries as places

VERB = "party.view"


@dataclass(frozen=True)
class AreaCoverage:
    """Coverage of an area, of each area below it, and how many organisations of each kind stand in it."""

    whole: Coverage
    below: tuple[tuple[str, Coverage], ...]
    kinds: dict[str, int]
    members: int


def area_coverage(*, viewer: Actor, area: str) -> AreaCoverage:
    """Return how far Party organisations and instructors reach the grids of an area (four queries)."""
    require_area(viewer, VERB, area)
    today = clock.today()
    low, high = code_range(area)
    grids = places.grid_names(area)
    width = {1: 4, 2: 6, 3: 9, 4: 12}.get(level_of(area), 15)
    tied = set(
        PartyTie.objects.filter(
            grid__gte=low,
            grid__lt=high,
            party_org__kind__in=BRANCHES,
            party_org__valid_from__lte=today,
            party_org__valid_to=None,
        ).values_list("grid", flat=True)
    )
    instructed = set(
        GridInstructor.objects.on(today).filter(grid__gte=low, grid__lt=high).values_list("grid", flat=True)
    )
    standing = PartyOrg.objects.on(today).filter(region_code__gte=low.ljust(12, "0"), region_code__lt=high)
    kinds: dict[str, int] = {}
    members = 0
    for kind, n, heads in standing.values_list("kind").annotate(n=Count("id"), heads=Sum("members")):
        kinds[kind], members = n, members + (heads or 0)
    parts: dict[str, list[str]] = {}
    for code in grids:
        parts.setdefault(code[:width].ljust(12, "0") if width < 15 else code, []).append(code)
    below = tuple((code, coverage(held, tied, instructed)) for code, held in sorted(parts.items()))
    return AreaCoverage(coverage(grids, tied, instructed), below if width < 15 else (), kinds, members)


def party_kinds() -> list[tuple[str, Any]]:
    """Return the kinds of Party organisation for a picker, widest first."""
    return list(PartyOrg.Kind.choices)


def party_scopes() -> list[tuple[str, Any]]:
    """Return what a Party organisation may stand on, for a picker."""
    return list(PartyOrg.Scope.choices)


def team_kinds() -> list[tuple[str, Any]]:
    """Return the kinds of joint team for a picker."""
    return list(JointTeam.Kind.choices)


def head_kinds() -> list[tuple[str, Any]]:
    """Return the three heads for a picker."""
    return list(HeadSeat.Kind.choices)


@dataclass(frozen=True)
class PartyRow:
    """A Party organisation with what it stands on and its newest stars."""

    row: PartyOrg
    grids: tuple[str, ...]
    stars: int | None


def party_orgs(*, viewer: Actor, area: str, kind: str = "", limit: int = 500) -> list[PartyRow]:
    """Return the Party organisations of an area, widest first (three queries)."""
    require_area(viewer, VERB, area)
    low, high = code_range(area)
    rows = PartyOrg.objects.on(clock.today()).filter(
        region_code__gte=low.ljust(12, "0"), region_code__lt=high
    )
    if kind:
        rows = rows.filter(kind=kind)
    found: list[Any] = list(
        rows.select_related("parent", "host")
        .prefetch_related("ties", "ratings")
        .order_by("region_code", "name")[:limit]
    )
    return [_party_row(row) for row in found]


def _party_row(row: PartyOrg) -> PartyRow:
    newest = max(row.ratings.all(), key=lambda one: one.year, default=None)
    codes = tuple(sorted({tie.building or tie.grid for tie in row.ties.all()}))
    return PartyRow(row, codes, newest.stars if newest else None)


def party_org(*, viewer: Actor, party_org: UUID) -> PartyRow:
    """Return one Party organisation; NotFound outside of the viewer's block."""
    row = PartyOrg.objects.select_related("parent", "host").filter(pk=party_org).first()
    if not isinstance(row, PartyOrg):
        raise NotFound(_("党组织"))
    require_area(viewer, VERB, row.region_code)
    return _party_row(row)


@dataclass(frozen=True)
class Instructed:
    """A grid and the unit that instructs its Party work."""

    grid: str
    unit: str


def instructors(*, viewer: Actor, area: str) -> list[Instructed]:
    """Return which unit instructs which grid of an area (one query)."""
    require_area(viewer, VERB, area)
    low, high = code_range(area)
    rows = GridInstructor.objects.on(clock.today()).filter(grid__gte=low, grid__lt=high)
    return [Instructed(*row) for row in rows.order_by("grid").values_list("grid", "unit__name")]


@dataclass(frozen=True)
class TeamRow:
    """A team with its bodies, what a 五位一体 team lacks, and the seats of supervisors."""

    row: JointTeam
    bodies: tuple[Any, ...]
    seats: tuple[SupervisorSeat, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The bodies a 五位一体 team still needs."""
        if self.row.kind != "five_in_one":
            return ()
        return missing_bodies([one.body for one in self.bodies])


def teams(*, viewer: Actor, area: str, kind: str = "", limit: int = 300) -> list[TeamRow]:
    """Return the joint teams of an area (three queries)."""
    require_area(viewer, VERB, area)
    low, high = code_range(area)
    rows = JointTeam.objects.on(clock.today()).filter(
        region_code__gte=low.ljust(12, "0"), region_code__lt=high
    )
    if kind:
        rows = rows.filter(kind=kind)
    found: list[Any] = list(
        rows.prefetch_related("bodies", "seats").order_by("region_code", "kind", "name")[:limit]
    )
    return [_team_row(row) for row in found]


def team(*, viewer: Actor, team: UUID) -> TeamRow:
    """Return one team; NotFound outside of the viewer's block."""
    row = JointTeam.objects.filter(pk=team).first()
    if not isinstance(row, JointTeam):
        raise NotFound(_("队伍"))
    require_area(viewer, VERB, row.region_code)
    return _team_row(row)


def _team_row(row: JointTeam) -> TeamRow:
    seats = tuple(one for one in row.seats.all() if one.left_on is None)
    return TeamRow(row, tuple(row.bodies.all()), seats)


@dataclass(frozen=True)
class TeamFigures:
    """How many teams of a kind work in an area and how many people their bodies send (Rongcheng: 60 and 639)."""

    teams: int
    people: int


def team_figures(area: str, kind: str = "appeals", on: date | None = None) -> TeamFigures:
    """Return the counts of teams of an area on a day, for boards; nobody is named (one query)."""
    low, high = code_range(area)
    found = (
        JointTeam.objects.on(on or clock.today())
        .filter(kind=kind, region_code__gte=low.ljust(12, "0"), region_code__lt=high)
        .aggregate(n=Count("id"), heads=Sum("people"))
    )
    return TeamFigures(found["n"], found["heads"] or 0)


def heads_of(village: str) -> list[Any]:
    """Return the three heads of a village as its public board shows them: names agreed to, office numbers (one query)."""
    return list(HeadSeat.objects.on(clock.today()).filter(village=village).order_by("grid", "kind", "spot"))


def heads(*, viewer: Actor, village: str) -> list[Any]:
    """Return the seats of a village for those who keep the board."""
    require_area(viewer, VERB, village)
    return heads_of(village)


@dataclass(frozen=True)
class Staffing:
    """Grids of an area, how many have a worker and a head today, and which have no worker: posts, never persons."""

    grids: int
    worked: int
    led: int
    vacant: tuple[str, ...]

    @property
    def unled(self) -> int:
        """How many grids have no head."""
        return self.grids - self.led


def staffing(*, viewer: Actor, area: str) -> Staffing:
    """Return how the grids of an area are staffed today (three queries)."""
    require_area(viewer, VERB, area)
    grids = places.grid_names(area)
    low, high = code_range(area)
    worked = people.staffed_places(low, high, ("grid_worker",)) & grids.keys()
    led = people.staffed_places(low, high, ("grid_leader",)) & grids.keys()
    return Staffing(len(grids), len(worked), len(led), tuple(sorted(grids.keys() - worked)))


@dataclass(frozen=True)
class TrainingFigures:
    """Trainings of an area in a year: how many, how many came in all, and the newest."""

    held: int
    came: int
    newest: tuple[Any, ...]


def trainings(*, viewer: Actor, area: str, since: date) -> TrainingFigures:
    """Return the trainings of an area since a day (two queries)."""
    require_area(viewer, VERB, area)
    low, high = code_range(area)
    rows = Training.objects.filter(
        region_code__gte=low.ljust(12, "0"), region_code__lt=high, held_on__gte=since
    )
    told = rows.aggregate(n=Count("id"), came=Sum("came"))
    return TrainingFigures(told["n"], told["came"] or 0, tuple(rows.order_by("-held_on", "topic")[:20]))


def methods(*, county: str) -> list[Any]:
    """Return the work methods of a county, its own instead of those of everywhere (one query)."""
    found: dict[str, Any] = {}
    rows: Iterable[Any] = (
        WorkMethod.objects.on(clock.today()).filter(county__in=("", county)).order_by("county", "name")
    )
    for row in rows:
        found[row.code] = row
    return sorted(found.values(), key=lambda row: row.name)


def method(*, county: str, code: str) -> Any:
    """Return one work method of a county; NotFound for a code nobody uses."""
    for row in methods(county=county):
        if row.code == code:
            return row
    raise NotFound(_("工作法"))
