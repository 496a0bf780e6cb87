"""The three lists: needs, resources, and the projects that came of them; wishes, errands, a group's own help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from jinlin.gatherings.models import Match, NeighbourGroup, Offer, reach
from jinlin.gatherings.models.offers import RUNNING, SHOWN
from jinlin.gatherings.queries.area import PAGE, after_key, in_area
from jinlin.gatherings.queries.links import proves
from jinlin.gatherings.rules.moves import LIVE_MATCH
from jinlin.kernel.errors import NotFound
from jinlin.kernel.rows import among
from jinlin.people import access
from jinlin.people.access import ANYONE, Actor
from jinlin.places.models import MicroGrid


def offers(
    *,
    area: str,
    side: str,
    kind: str = "",
    states: tuple[str, ...] = ("open",),
    after: str = "",
    viewer: Actor = ANYONE,
) -> list[Offer]:
    """Return needs or resources of an area, newest first (one query)."""
    rows = access.visible(viewer, Offer.objects.all()).filter(
        in_area(area), after_key(after, "made_at", down=True), side=side, state__in=states
    )
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.select_related("organisation", "group").order_by("-made_at", "-pk")[:PAGE])


def to_check(*, viewer: Actor, area: str) -> list[Offer]:
    """Return what waits to be published, oldest first (one query)."""
    access.require(viewer, "offer.manage")
    rows = access.visible(viewer, Offer.objects.all()).filter(in_area(area), state="waiting")
    return list(rows.select_related("organisation").order_by("made_at", "pk")[:PAGE])


def offer(*, offer_id: UUID, viewer: Actor = ANYONE) -> Offer:
    """Return one need or resource the viewer may know of (one query)."""
    rows = access.visible(viewer, Offer.objects.all()).select_related("organisation", "group")
    found = rows.filter(pk=offer_id).first()
    if found is None:
        raise NotFound("offer")
    return found


@dataclass(frozen=True)
class Project:
    """A line of the third list: what came together, who does it (a unit, or "" for neighbours), how far it is."""

    id: UUID
    need: str
    resource: str
    kind: str
    organisation: str
    quantity: int
    state: str
    made_at: datetime


def projects(*, area: str, after: str = "", viewer: Actor = ANYONE) -> list[Project]:
    """Return what came together openly in an area, newest first (one query); volunteers stay unnamed."""
    rows = Match.objects.filter(in_area(area), after_key(after, "made_at", down=True), state__in=LIVE_MATCH)
    if viewer.kind == "resident":
        rows = rows.filter(need__is_public=True)
    else:
        rows = rows.filter(_known_to(viewer))
    rows = rows.select_related("need", "resource", "organisation").order_by("-made_at", "-pk")
    return [
        Project(
            row.pk,
            row.need.title,
            row.resource.title if row.resource else "",
            row.need.kind,
            row.organisation.name if row.organisation else "",
            row.quantity,
            row.state,
            row.made_at,
        )
        for row in rows[:PAGE]
    ]


def _known_to(viewer: Actor) -> Q:
    """Return the condition of matches whose need the viewer may see; a match stands where its need does.

    Said of the joined rows and not by a list of needs, which would be read whole for a page of thirty.
    """
    return Q(need__is_public=True, need__state__in=SHOWN) | reach(viewer, "offer.manage")


def matches_of(row: Offer) -> list[Match]:
    """Return what came of a need or a resource, newest first (one query)."""
    rows = Match.objects.filter(Q(need=row) | Q(resource=row), county=row.county)
    return list(rows.select_related("need", "resource", "organisation").order_by("-made_at"))


def running(*, viewer: Actor, area: str) -> list[Match]:
    """Return matches under way, oldest first: what the community looks after (one query)."""
    access.require(viewer, "offer.manage")
    rows = Match.objects.filter(in_area(area), reach(viewer, "offer.manage"), among(Match, "state", RUNNING))
    return list(rows.select_related("need", "resource", "organisation").order_by("made_at", "pk")[:PAGE])


def match(*, viewer: Actor, match_id: UUID) -> Match:
    """Return one match to the staff of the place (one query)."""
    rows = Match.objects.filter(_known_to(viewer))
    found = rows.select_related("need", "resource", "organisation").filter(pk=match_id).first()
    if found is None:
        raise NotFound("match")
    return found


def offer_by_link(*, offer_id: UUID, token: str) -> Offer:
    """Return one's own need or resource; NotFound for a link that isn't right (one query)."""
    found = Offer.unscoped.select_related("organisation", "group").filter(pk=offer_id).first()
    if found is None or not proves("offer", offer_id, token):
        raise NotFound("offer")
    return found


def match_by_link(*, match_id: UUID, token: str) -> Match:
    """Return what one has taken on; NotFound for a link that isn't right (one query)."""
    found = Match.objects.select_related("need").filter(pk=match_id).first()
    if found is None or not proves("match", match_id, token):
        raise NotFound("match")
    return found


def group_by_link(*, group_id: UUID, token: str) -> NeighbourGroup:
    """Return a group of households to its members (one query)."""
    found = NeighbourGroup.objects.filter(pk=group_id).first()
    if found is None or not proves("group", found.pk, token, found.turn):
        raise NotFound("group")
    return found


def group_offers(group: NeighbourGroup) -> list[Offer]:
    """Return what the neighbours of a group need and offer, newest first (one query)."""
    rows = Offer.unscoped.filter(county=group.county, group=group, state__in=("open", "matched", "done"))
    return list(rows.order_by("-made_at")[:PAGE])


def groups(*, viewer: Actor, area: str) -> list[NeighbourGroup]:
    """Return the groups of an area that have a page (one query)."""
    access.require(viewer, "offer.manage")
    return list(NeighbourGroup.objects.filter(in_area(area)).order_by("micro_grid"))


def micro_grids(*, viewer: Actor, area: str) -> list[tuple[str, str]]:
    """Return the ten-household groups of a community as (code, name) (one query)."""
    access.require(viewer, "offer.manage")
    rows = MicroGrid.objects.current().filter(county=area[:6] + "000000", grid__village=area[:12])
    return list(rows.order_by("code").values_list("code", "name"))
