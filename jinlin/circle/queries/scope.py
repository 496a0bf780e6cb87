"""Whose area it is: a viewer sees the areas inside the block of a post that may use the verb."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.people.rules import role_may
from jinlin.places import queries as places
from jinlin.places.rules import code_range, is_region_code, level_of

_WIDTHS: Final = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
COLUMNS: Final = {3: "county", 4: "town", 5: "village"}


def home_area(*, viewer: Actor, verb: str = "circle.view") -> str:
    """Return the area a viewer's pages open on: the widest one of the posts."""
    access.require(viewer, verb)
    posts = sorted((p for p in viewer.posts if role_may(p.role, verb)), key=lambda post: post.level)
    if not posts:
        raise NotFound(_("这个地方"))
    return posts[0].place[:12]


def require_area(actor: Actor, verb: str, area: str) -> None:
    """Refuse unless a post with this verb covers the area; outside of the block it does not exist."""
    access.require(actor, verb)
    if actor.kind == "system":
        return
    if not is_region_code(area) or not any(_within(p, area) for p in actor.posts if role_may(p.role, verb)):
        raise NotFound(_("这个地方"))


def acting(actor: Actor, verb: str, area: str) -> Actor:
    """Return the actor with the post in front that covers the area; NotFound when none does."""
    require_area(actor, verb, area)
    fit = next((p for p in actor.posts if role_may(p.role, verb) and _within(p, area)), None)
    return actor if fit is None else actor.acting_in(fit)


def covers_area(actor: Actor, verb: str, area: str) -> bool:
    """Tell whether a post of the actor may use the verb in an area."""
    if actor.kind == "system":
        return True
    return any(_within(p, area) for p in actor.posts if role_may(p.role, verb))


def _within(post: ActivePost, area: str) -> bool:
    width = _WIDTHS.get(post.level, 12)
    return area[:width] == post.place[:width]


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
