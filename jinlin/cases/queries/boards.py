"""The first board: open, due today, overdue, closed this week, by child area; from counters, never a scan.

Only what fell due earlier today is counted from the cases themselves, through the index of open ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from jinlin.cases.models import Case, Tally
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of, short_name

FEW: Final = 10  # who sees counts only gets no count below this, and tens above it (domain.md 3, trust.md 7)
COMING_DAYS: Final = 7

Told = int | None  # None: there are some, but too few to be told to this viewer
Sums = tuple[int, int, int, int, int]
DayCount = tuple[date, Told, Told]


@dataclass(frozen=True)
class AreaCount:
    """How many in one area now and this week; None where it is too few to be told."""

    code: str
    name: str
    open: Told
    due_today: Told
    overdue: Told
    closed_week: Told
    reported_week: Told


@dataclass(frozen=True)
class Board:
    """An area with its children; `rest` is what lies in no child (not placed further down, or in a closed grid)."""

    code: str
    name: str
    total: AreaCount
    children: tuple[AreaCount, ...]
    trail: tuple[tuple[str, str], ...]
    days: tuple[DayCount, ...]  # (day, reported, closed), oldest first
    may_drill: bool
    rest: AreaCount | None = None
    coming: tuple[tuple[date, Told], ...] = ()  # (day, due then), today first
    masked: bool = False


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


def home_area(viewer: Actor) -> str:
    """Return the area a viewer's board opens on: the widest one of the posts."""
    access.require(viewer, "board.view")
    posts = sorted(viewer.in_roles(BOARD_ROLES), key=lambda post: post.level)
    if not posts:
        raise NotFound(_("看板"))
    return posts[0].place[:12]


def board(*, viewer: Actor, area: str, weeks: int = 8) -> Board:
    """Return the board of an area the viewer's block contains; at most 7 queries.

    Whoever sees the area only by a counts-only post gets tens, and None for 1 to 9. Raises NotFound outside the block.
    """
    access.require(viewer, "board.view")
    posts = [post for post in viewer.in_roles(BOARD_ROLES) if _within(post, area)]
    if not posts or not is_region_code(area):
        raise NotFound(_("这个地方"))
    name, trail = _trail(viewer, area)
    today = clock.today()
    child_column, names = _children(area)
    rows = _tallies(area)
    counts = _sum(rows, child_column, today)
    passed = _passed_today(area, child_column)
    for code, n in passed.items():
        open_, due, late, closed, reported = counts[code]
        counts[code] = (open_, due - n, late + n, closed, reported)
    tell = _Teller(masked=all(post.span == "counts" for post in posts))
    inside = [tell.area(code, child, counts[code]) for code, child in names.items()]
    outside = _add(sums for code, sums in counts.items() if code not in names)
    days, coming = _days(rows, today, weeks)
    coming[0] = (today, coming[0][1] - sum(passed.values()))
    return Board(
        code=area,
        name=name,
        total=tell.area(area, name, _add(counts.values())),
        children=tuple(inside),
        trail=trail,
        days=tuple((day, tell.count(reported), tell.count(closed)) for day, reported, closed in days),
        may_drill=any(_drills(post) for post in posts),
        rest=tell.area("", _("没有定到下一级"), outside) if any(outside) else None,
        coming=tuple((day, tell.count(due)) for day, due in coming),
        masked=tell.masked,
    )


@dataclass(frozen=True)
class _Teller:
    """Turns true counts into those a viewer may be told; tens, so that no small one follows by subtraction."""

    masked: bool

    def count(self, n: int) -> Told:
        if not self.masked or n <= 0:
            return n
        return None if n < FEW else (n + FEW // 2) // FEW * FEW

    def area(self, code: str, name: str, sums: Sums) -> AreaCount:
        return AreaCount(code, name, *(self.count(n) for n in sums))


def _drills(post: ActivePost) -> bool:
    """Tell whether the lists of this post hold the very cases the counters count, so that a number may be a link."""
    return post.span == "masked" or (post.span == "block" and post.level >= 3)


def _trail(viewer: Actor, area: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the name of an area and what lies above it that the viewer may open, widest first."""
    line = {region.code: short_name(region.name) for region in places.ancestors(area)}
    if area not in line:
        raise NotFound(_("这个地方"))
    name = line.pop(area)
    return name, tuple((code, above) for code, above in line.items() if _any_within(viewer, code))


def _any_within(viewer: Actor, area: str) -> bool:
    return any(_within(post, area) for post in viewer.in_roles(BOARD_ROLES))


def _within(post: ActivePost, area: str) -> bool:
    width = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}.get(post.level, 15)
    return area[:width] == post.place[:width] and len(area) == 12


def _children(area: str) -> tuple[str, dict[str, str]]:
    """Return the column that tells the children apart, and their names by code."""
    level = level_of(area)
    if level == 5:
        return "grid", {grid.code: short_name(grid.name) for grid in places.grids_of(area)}
    column = {1: "county", 2: "county", 3: "town", 4: "village"}[level]
    children = places.children(area)
    if level == 1:
        children = [county for city in children for county in places.children(city.code)]
    return column, {region.code: short_name(region.name) for region in children}


def _inside(area: str) -> Q:
    level = level_of(area)
    if level <= 2:
        head = area[: 4 if level == 2 else 2]
        return Q(county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0"))
    column = {3: Q(), 4: Q(town=area), 5: Q(village=area)}[level]
    return column & Q(county=area[:6] + "000000")


def _tallies(area: str) -> QuerySet[Tally]:
    return Tally.objects.filter(_inside(area))


def _passed_today(area: str, column: str) -> dict[str, int]:
    """Return by child how many open cases were due earlier today: counters know the day, the board says the minute."""
    now = clock.now()
    morning = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Case.unscoped.filter(_inside(area), is_open=True, due_at__gte=morning, due_at__lt=now)
    return {row[column]: row["n"] for row in rows.values(column).annotate(n=Count("id"))}


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


def _add(many: Iterable[Sums]) -> Sums:
    a = b = c = d = e = 0
    for row in many:
        a, b, c, d, e = a + row[0], b + row[1], c + row[2], d + row[3], e + row[4]
    return (a, b, c, d, e)


def _days(
    rows: QuerySet[Tally], today: date, weeks: int
) -> tuple[list[tuple[date, int, int]], list[tuple[date, int]]]:
    """Return reported and closed of each day of the past weeks, and what is due on each day to come (one query)."""
    since, until = today - timedelta(days=7 * weeks), today + timedelta(days=COMING_DAYS)
    past = Q(measure__in=(Tally.REPORTED, Tally.ENDED), day__gte=since, day__lte=today)
    ahead = Q(measure=Tally.DUE, day__gte=today, day__lt=until)
    found = rows.filter(past | ahead).values("day", "measure").annotate(total=Sum("n"))
    by_day: dict[tuple[date, str], int] = {(row["day"], row["measure"]): row["total"] for row in found}
    days = [since + timedelta(days=step) for step in range((today - since).days + 1)]
    return (
        [(day, by_day.get((day, Tally.REPORTED), 0), by_day.get((day, Tally.ENDED), 0)) for day in days],
        [
            (day, by_day.get((day, Tally.DUE), 0))
            for day in (today + timedelta(days=step) for step in range(COMING_DAYS))
        ],
    )
