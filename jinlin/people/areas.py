"""Whose area it is: a viewer works in the areas inside the block of a post that may use the verb."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.people.rules import role_may
from jinlin.places.rules import is_region_code

_WIDTHS: Final = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}


def home_area(*, viewer: Actor, verb: str) -> str:
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
