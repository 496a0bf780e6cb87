"""Areas as lists ask for them, and reading a long list by key instead of by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from jinlin.gatherings.models import inside
from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import role_may
from jinlin.places import queries as places
from jinlin.places.rules import contains, is_region_code, level_of

PAGE = 30


def in_area(area: str) -> Q:
    """Return the condition of rows inside a region; NotFound for what is none."""
    if not is_region_code(area):
        raise NotFound("area")
    return inside(area, level_of(area))


def home_area(*, viewer: Actor, verb: str = "gathering.view") -> str:
    """Return the area a viewer's pages open on: the widest one of the posts that may use the verb."""
    access.require(viewer, verb)
    posts = sorted((post for post in viewer.posts if role_may(post.role, verb)), key=lambda post: post.level)
    if not posts:
        raise NotFound("area")
    return posts[0].place[:12]


def require_area(*, viewer: Actor, area: str, verb: str = "gathering.view") -> str:
    """Return the area's name if a post with the verb covers it; NotFound else, for outside of it nothing exists."""
    access.require(viewer, verb)
    covered = viewer.kind == "system" or any(
        contains(post.place[:12], area) for post in viewer.posts if role_may(post.role, verb)
    )
    if not (is_region_code(area) and covered and places.stands(area)):
        raise NotFound("area")
    return places.area_name(area)


def after_key(text: str, field: str, *, down: bool = False) -> Q:
    """Return the condition of rows after the one named by `key_of`; nothing is asked of a key that isn't one."""
    moment, _bar, pk = text.partition("~")
    try:
        at, row_id = datetime.fromisoformat(moment), UUID(pk)
    except ValueError:
        return Q()
    if at.tzinfo is None:
        return Q()
    side = "lt" if down else "gt"
    return Q(**{f"{field}__{side}": at}) | Q(**{field: at, f"pk__{side}": row_id})


def key_of(row: Any, field: str) -> str:
    """Return the key of a row, for the address of what comes after it."""
    return f"{getattr(row, field).isoformat()}~{row.pk}"
