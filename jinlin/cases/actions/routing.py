"""Where a case goes by itself: a point, a chosen place, an address, or the default; never lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from jinlin.cases.rules.words import GRID_LEVEL
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.orgs import queries as orgs
from jinlin.orgs.actions import create_organisation
from jinlin.orgs.models import Organisation
from jinlin.people import queries as people
from jinlin.people.access import SYSTEM
from jinlin.people.rules import GRID_ROLES
from jinlin.places import queries as places
from jinlin.places.rules import level_of

NEARLY_ALL: Final = 0.8  # share of the posts of a node


@dataclass(frozen=True)
class Route:
    """The place of a case and who holds it first."""

    county: str
    town: str
    village: str
    grid: str
    level: int
    holder: UUID | None


def codes_of(place: str) -> tuple[str, str, str, str]:
    """Return (county, town, village, grid) codes of a region or grid code; empty where it doesn't reach."""
    grid = place[:15] if len(place) >= 15 else ""
    region = place[:12]
    level = level_of(region)
    village = region if level >= 5 else ""
    town = region[:9] + "000" if level >= 4 else ""
    return region[:6] + "000000", town, village, grid


def find_route(place: str, point: tuple[float, float] | None, text: str, default_place: str) -> Route:
    """Return where a case goes: chosen place, then point -> grid, then address text, then the default.

    A chosen grid wins over a point outside it; a point inside a finer grid of the chosen area refines the choice.
    """
    found = _found_place(place, point, text) or default_place or only_place()
    if not found:
        raise Invalid({"place": [_("请选一下在哪个村或社区，我们才知道派给谁。")]})
    if level_of(found[:12]) < 3:
        raise Invalid({"place": [_("请选到县（市、区）以下的地方。")]})
    county, town, village, grid = codes_of(found)
    return _held(county, town, village, grid)


def _found_place(place: str, point: tuple[float, float] | None, text: str) -> str:
    if place and not _is_known(place):
        raise Invalid({"place": [_("没有找到这个地方，请从列表里重新选。")]})
    hit = places.locate(*point) if point else None
    if hit and (not place or hit.code.startswith(place.rstrip("0") if len(place) == 12 else place)):
        return hit.code
    if place and (len(place) > 12 or level_of(place) == 5):
        return place
    guess = places.find_place_in_text(text, within=place) if text else None
    return guess.code if guess else place


def _is_known(place: str) -> bool:
    if not place.isdigit() or len(place) not in (12, 15):
        return False
    return places.stands(place)


def _held(county: str, town: str, village: str, grid: str) -> Route:
    """Choose the first holder: the grid if somebody works it today, else the nearest desk up the block."""
    if village and not grid:
        grid = places.default_grid_code(village)
    desk = desk_for(village or town or county)
    if grid and desk.region_code == village and people.is_manned(grid, GRID_ROLES):
        return Route(county, town, village, grid, GRID_LEVEL, desk.pk)
    return Route(county, town, village, grid, desk.level, desk.pk)


def desk_for(place: str) -> Organisation:
    """Return the desk of a place or the nearest above; a county without any gets its governance centre now.

    A case is never left without somebody who answers for it.
    """
    try:
        return orgs.desk_of(place)
    except NotFound:
        county = places.region(place[:6] + "000000")
    name = _("%(place)s综治中心") % {"place": county.name}
    return create_organisation(actor=SYSTEM, name=name, kind="governance_centre", region_code=county.code)


def only_place() -> str:
    """Return where words go that tell no place: the node's setting, or the county where nearly everybody works.

    "" where several counties are at work: then the person is asked, because a guess would go to strangers.
    """
    chosen: str = settings.JINLIN_DEFAULT_PLACE
    if chosen:
        return chosen
    manned = people.manned_counties()
    most = manned[0] if manned else ("", 0)
    return most[0] if most[1] >= NEARLY_ALL * sum(n for _county, n in manned) else ""


def usual_place() -> str:
    """Return where an imported row goes that tells no place: the setting, or the county where most people work.

    A node without any desk gets a county governance centre, because a case is never left without somebody.
    """
    if chosen := only_place():
        return chosen
    if manned := people.manned_counties():
        return manned[0][0]
    county = places.first_county()
    if county is None:
        raise RuleBroken("no_regions", _("还没有导入行政区划，请先运行 jinlin import divisions。"))
    desk_for(county.code)
    return county.code
