"""The lists of those who look after a place: what is next, what is late, from counters and one index."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Sum

from jinlin.initiatives.models import Initiative, Resolution, Standing
from jinlin.initiatives.queries.page import seen_item
from jinlin.initiatives.queries.wall import inside
from jinlin.initiatives.rules import kinds
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people import access, areas
from jinlin.people.access import Actor

PAGE: Final = 50


def desk_list(*, viewer: Actor, area: str, kind: str, over: bool = False, page: int = 1) -> list[Initiative]:
    """Return a page of open items, the nearest promise first, or of ended ones, the newest first (one query)."""
    areas.require_area(viewer, "initiative.view", area)
    rows = access.visible(viewer, Initiative.objects.all()).filter(inside(area), kind=kind, is_open=not over)
    rows = rows.order_by("-ended_at") if over else rows.order_by("next_by", "id")
    return list(rows[(page - 1) * PAGE : page * PAGE])


def stage_counts(*, viewer: Actor, area: str) -> dict[str, dict[str, int]]:
    """Return kind -> stage -> how many, of a place, from the counters (one query)."""
    areas.require_area(viewer, "initiative.view", area)
    found: dict[str, dict[str, int]] = {kind: {} for kind in kinds.KINDS}
    rows = Standing.objects.filter(inside(area)).values("kind", "stage").annotate(sum=Sum("n"))
    for row in rows:
        if row["sum"]:
            found[row["kind"]][row["stage"]] = row["sum"]
    return found


def duties(*, viewer: Actor, area: str) -> list[Resolution]:
    """Return adopted decisions not carried out yet and reviews that are due, the earliest first (one query)."""
    areas.require_area(viewer, "initiative.view", area)
    rows = Resolution.objects.filter(
        inside(area), verdict="passed", due__isnull=False, is_finding=False, done_on__isnull=True
    )
    return list(rows.select_related("initiative").order_by("due", "id")[:PAGE])


def reviews_due(*, viewer: Actor, area: str) -> list[Resolution]:
    """Return decisions whose day to look again has come (one query)."""
    areas.require_area(viewer, "initiative.view", area)
    rows = Resolution.objects.filter(inside(area), review_on__lte=clock.today(), reviewed_on__isnull=True)
    return list(rows.select_related("initiative").order_by("review_on", "id")[:PAGE])


def item_of_resolution(*, viewer: Actor, resolution_id: UUID) -> UUID:
    """Return the item a resolution belongs to, when the viewer may see it; NotFound otherwise (two queries)."""
    row = Resolution.objects.filter(pk=resolution_id).first()
    if row is None:
        raise NotFound("resolution")
    return seen_item(viewer=viewer, initiative_id=row.initiative_id).pk
