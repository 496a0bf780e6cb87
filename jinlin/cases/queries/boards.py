"""The first board: open, due today, overdue, closed this week, by child area; from counters, never a scan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from jinlin.cases.models import Tally
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.places import queries as places
from jinlin.places.rules import level_of

SMALL: int = 5  # public and provincial counts below this are shown as "<5" (trust.md 7)


@dataclass(frozen=True)
class AreaCount:
    """How many in one area now and this week."""

    code: str
    name: str
    open: int
    due_today: int
    overdue: int
    closed_week: int
    reported_week: int


@dataclass(frozen=True)
class Board:
    """An area with its children."""

    code: str
    name: str
    total: AreaCount
    children: tuple[AreaCount, ...]
    trail: tuple[tuple[str, str], ...]
    days: tuple[tuple[date, int, int], ...]  # (day, reported, closed), oldest first
    may_drill: bool


def home_area(viewer: Actor) -> str:
    """Return the area a viewer's board opens on: the widest one of the posts."""
    posts = sorted(viewer.in_roles(BOARD_ROLES), key=lambda post: post.level)
    if not posts:
        access.require(viewer, "board.view")
        raise NotFound()
    return posts[0].place[:12]


BOARD_ROLES = frozenset(
    {
        "village_clerk",
        "town_clerk",
        "county_clerk",
        "city_clerk",
        "leader",
        "supervisor",
        "province_viewer",
        "department",
    }
)


def board(*, viewer: Actor, area: str, weeks: int = 8) -> Board:
    """Return the board of an area the viewer's block contains; at most 6 queries."""
    access.require(viewer, "board.view")
    if not any(_within(post, area) for post in viewer.in_roles(BOARD_ROLES)):
        raise NotFound()
    today = clock.today()
    child_column, names = _children(area)
    rows = _tallies(area)
    counts = _sum(rows, child_column, today)
    children = tuple(_area(code, names.get(code, code), counts[code]) for code in names)
    total = _area(area, places.area_name(area), _add(counts.values()))
    since = today - timedelta(days=7 * weeks)
    trail = tuple(
        (region.code, region.name) for region in places.ancestors(area) if _any_within(viewer, region.code)
    )
    return Board(area, places.area_name(area), total, children, trail, _days(rows, since, today), True)


def _any_within(viewer: Actor, area: str) -> bool:
    return any(_within(post, area) for post in viewer.in_roles(BOARD_ROLES))


def _within(post: ActivePost, area: str) -> bool:
    width = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}.get(post.level, 15)
    return area[:width] == post.place[:width] and len(area) in (12, 15)


def _children(area: str) -> tuple[str, dict[str, str]]:
    """Return the column that tells the children apart, and their names by code."""
    level = level_of(area)
    if level == 5:
        return "grid", {grid.code: grid.name for grid in places.grids_of(area)}
    column = {1: "county", 2: "county", 3: "town", 4: "village"}[level]
    children = places.children(area)
    if level == 1:
        children = [county for city in children for county in places.children(city.code)]
    return column, {region.code: region.name for region in children}


def _tallies(area: str) -> QuerySet[Tally]:
    level = level_of(area)
    if level <= 2:
        width = 4 if level == 2 else 2
        head = area[:width]
        return Tally.objects.filter(
            county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0")
        )
    county = area[:6] + "000000"
    column = {3: Q(), 4: Q(town=area), 5: Q(village=area)}[level]
    return Tally.objects.filter(column, county=county)


Sums = tuple[int, int, int, int, int]


def _sum(rows: QuerySet[Tally], column: str, today: date) -> defaultdict[str, Sums]:
    week = today - timedelta(days=today.weekday())
    found = rows.values(column).annotate(
        open=Sum("n", filter=Q(measure=Tally.DUE), default=0),
        today=Sum("n", filter=Q(measure=Tally.DUE, day=today), default=0),
        late=Sum("n", filter=Q(measure=Tally.DUE, day__lt=today), default=0),
        closed=Sum("n", filter=Q(measure=Tally.ENDED, day__gte=week), default=0),
        reported=Sum("n", filter=Q(measure=Tally.REPORTED, day__gte=week), default=0),
    )
    sums: defaultdict[str, Sums] = defaultdict(lambda: (0, 0, 0, 0, 0))
    for row in found:
        sums[row[column]] = (row["open"], row["today"], row["late"], row["closed"], row["reported"])
    return sums


def _add(many: object) -> Sums:
    rows = list(many)  # type: ignore[call-overload]
    a, b, c, d, e = (sum(row[at] for row in rows) for at in range(5))
    return (a, b, c, d, e)


def _area(code: str, name: str, sums: Sums) -> AreaCount:
    return AreaCount(code, name, *sums)


def _days(rows: QuerySet[Tally], since: date, today: date) -> tuple[tuple[date, int, int], ...]:
    found = (
        rows.filter(measure__in=(Tally.REPORTED, Tally.ENDED), day__gte=since, day__lte=today)
        .values("day", "measure")
        .annotate(total=Sum("n"))
    )
    by_day: dict[tuple[date, str], int] = {(row["day"], row["measure"]): row["total"] for row in found}
    span = (today - since).days
    days = [since + timedelta(days=step) for step in range(span + 1)]
    return tuple(
        (day, by_day.get((day, Tally.REPORTED), 0), by_day.get((day, Tally.ENDED), 0)) for day in days
    )
