"""Where a thing stands, and whose posts reach it: the columns and the one condition all tables of this room share."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from jinlin.people.access import ActivePost, Actor
from jinlin.people.rules import role_may
from jinlin.places.rules import code_range

_COLUMN = {3: "county", 4: "town", 5: "village"}


class Located(models.Model):
    """A row of one place: county first, as every index begins."""

    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    grid = models.CharField(max_length=15, blank=True, default="")

    class Meta:
        abstract = True

    def allows(self, actor: Actor, verb: str) -> bool:
        """Tell whether a post of the actor with this verb reaches the row's place (see people.access.Guarded)."""
        return actor.kind == "system" or any(self.reached(post, verb) for post in actor.posts)

    def acting(self, actor: Actor) -> Actor:
        """Return the actor with the post in front that reaches this place."""
        fit = next((post for post in actor.posts if self.reached(post, "gathering.view")), None)
        return actor if fit is None else actor.acting_in(fit)

    def reached(self, post: ActivePost, verb: str) -> bool:
        """Tell whether one post with this verb reaches the row's place; a grid's post works for its whole community."""
        if not role_may(post.role, verb):
            return False
        if post.level <= 2:
            low, high = code_range(post.place)
            return bool(low <= self.county < high)
        return bool(getattr(self, _COLUMN[min(post.level, 5)]) == post.place[:12])


def reach(actor: Actor, verb: str) -> Q:
    """Return the condition of rows that the actor's posts with a verb reach; nothing for everybody else."""
    if actor.kind == "system":
        return Q()
    found = Q(pk__in=[])
    for post in actor.posts:
        if role_may(post.role, verb):
            found |= inside(post.place[:12], post.level)
    return found


def inside(area: str, level: int) -> Q:
    """Return the condition of rows inside an area, county first."""
    if level <= 2:
        low, high = code_range(area)
        return Q(county__gte=low, county__lt=high)
    found: dict[str, Any] = {"county": area[:6] + "000000"}
    if level > 3:
        found[_COLUMN[min(level, 5)]] = area[:12]
    return Q(**found)
