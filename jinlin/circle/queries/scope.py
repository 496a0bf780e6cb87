"""Whose area it is: a viewer sees the areas inside the block of a post that may use the verb."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.kernel.errors import NotFound
from jinlin.people import areas
from jinlin.people.access import Actor
from jinlin.people.areas import acting, covers_area, require_area
from jinlin.places import queries as places
from jinlin.places.rules import code_range, is_region_code, level_of

__all__ = ["acting", "by_village", "covers_area", "home_area", "inside", "known_area", "require_area"]
COLUMNS: Final = {3: "county", 4: "town", 5: "village"}


def home_area(*, viewer: Actor, verb: str = "circle.view") -> str:
    """Return the area a viewer's pages of the circle open on: the widest one of the posts."""
    return areas.home_area(viewer=viewer, verb=verb)


def known_area(area: str) -> str:
    """Return the name of an area that stands; NotFound for others (one query, none when asked before)."""
    if not is_region_code(area) or not places.stands(area):
        raise NotFound(_("这个地方"))
    return places.area_name(area)


def inside(area: str) -> Q:
    """Return the condition of rows with county, town and village columns inside an area."""
    level = level_of(area)
    if level in COLUMNS:
        return Q(county=area[:6] + "000000", **({} if level == 3 else {COLUMNS[level]: area}))
    low, high = code_range(area)
    return Q(county__gte=low, county__lt=high)


def by_village(area: str) -> Q:
    """Return the condition of rows with county and village columns only."""
    low, high = code_range(area)
    level = level_of(area)
    if level <= 3:
        return inside(area)
    found: dict[str, Any] = {"county": area[:6] + "000000", "village__gte": low, "village__lt": high}
    return Q(**found)
