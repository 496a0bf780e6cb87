"""Whose board it is: which area a viewer may open, how exactly numbers are told, and whether lists stand behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.translation import gettext as _

from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.performance.rules.indicators import FEW
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of, short_name

BOARD_ROLES: Final = frozenset(
    "village_clerk town_clerk county_clerk city_clerk leader supervisor province_viewer department".split()
)
NO_LINE: Final = "-"  # of a department post whose unit stands in no line: it has no numbers of its own
_WIDTHS: Final = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
COLUMN_BELOW: Final = {1: "county", 2: "county", 3: "town", 4: "village", 5: "grid"}  # of a case, by level

Told = int | None  # None: there are some, but too few to be told to this viewer


@dataclass(frozen=True)
class Area:
    """A place on a board."""

    code: str
    name: str
    level: int


@dataclass(frozen=True)
class Teller:
    """Turns true counts into those a viewer may be told: tens, and nothing below ten, so that none follows by subtraction."""

    masked: bool

    def count(self, n: int) -> Told:
        """Return a count as it may be told."""
        if not self.masked or n <= 0:
            return n
        return None if n < FEW else (n + FEW // 2) // FEW * FEW

    def rate(self, value: Decimal | None) -> Decimal | None:
        """Return a value as it may be told: to whoever sees tens, without its decimals."""
        if value is None or not self.masked:
            return value
        return value.quantize(Decimal(1), ROUND_HALF_UP)


@dataclass(frozen=True)
class Scope:
    """An area as one viewer sees it."""

    area: Area
    trail: tuple[Area, ...]  # above it, widest first, only what the viewer may open
    children: Mapping[str, str]  # name by code of the areas below
    counties: tuple[str, ...]  # whose counters answer
    tell: Teller
    line: str  # the only line a department post sees; "" for all
    may_drill: bool


def home_area(*, viewer: Actor) -> str:
    """Return the area a viewer's board opens on: the widest one of the posts."""
    access.require(viewer, "board.view")
    posts = sorted(viewer.in_roles(BOARD_ROLES), key=lambda post: post.level)
    if not posts:
        raise NotFound(_("看板"))
    return posts[0].place[:12]


def scope_of(*, viewer: Actor, area: str) -> Scope:
    """Return an area the viewer's block contains (at most four queries); NotFound outside of it."""
    access.require(viewer, "board.view")
    posts = [post for post in viewer.in_roles(BOARD_ROLES) if _within(post, area)]
    if not posts or not is_region_code(area):
        raise NotFound(_("这个地方"))
    line = {region.code: region for region in places.ancestors(area)}
    if area not in line:
        raise NotFound(_("这个地方"))
    own = line.pop(area)
    above = [
        Area(code, short_name(row.name), row.level) for code, row in line.items() if _opens(viewer, code)
    ]
    children, counties = _below(area)
    locked = {post.line or NO_LINE for post in posts} if all(p.role == "department" for p in posts) else set()
    return Scope(
        area=Area(area, short_name(own.name), own.level),
        trail=tuple(above),
        children=children,
        counties=counties,
        tell=Teller(masked=all(post.span == "counts" for post in posts)),
        line=min(locked, default=""),
        may_drill=any(_drills(post) for post in posts),
    )


def _within(post: ActivePost, area: str) -> bool:
    width = _WIDTHS.get(post.level, 15)
    return area[:width] == post.place[:width] and len(area) == 12


def _opens(viewer: Actor, area: str) -> bool:
    return any(_within(post, area) for post in viewer.in_roles(BOARD_ROLES))


def _drills(post: ActivePost) -> bool:
    """Tell whether the lists of this post hold the very cases the counters count, so that a number may be a link."""
    return post.span == "masked" or (post.span == "block" and post.level >= 3)


def _below(area: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the names of the areas below by code, and the counties an area is made of."""
    level = level_of(area)
    if level == 5:
        grids = {grid.code: short_name(grid.name) for grid in places.grids_of(area)}
        return grids, (area[:6] + "000000",)
    regions = places.children(area)
    if level == 1:
        regions = [county for city in regions for county in places.children(city.code)]
    names = {region.code: short_name(region.name) for region in regions}
    return names, tuple(names) if level <= 2 else (area[:6] + "000000",)
