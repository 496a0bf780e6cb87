"""Which rows of this room a post may read: what lies in its block, what its unit was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from jinlin.people.rules import role_may

if TYPE_CHECKING:
    from jinlin.people.access import ActivePost, Actor

NOTHING = Q(pk__in=[])
_COLUMNS = {4: "town", 5: "village"}


def block_of(post: ActivePost) -> dict[str, Any] | None:
    """Return the columns a post's block fixes: equality, or a half-open range of counties; None: no block."""
    if post.span not in ("block", "masked", "line"):
        return None
    if post.level >= 4:
        return {"county": post.place[:6] + "000000", _COLUMNS[min(post.level, 5)]: post.place[:12]}
    if post.level == 3:
        return {"county": post.place[:12]}
    head = post.place[: 4 if post.level == 2 else 2]
    return {"county__gte": head.ljust(12, "0"), "county__lt": str(int(head) + 1).ljust(12, "0")}


def reading(actor: Actor) -> list[ActivePost]:
    """Return the posts that may read insight."""
    return [post for post in actor.posts if role_may(post.role, "insight.view")]
