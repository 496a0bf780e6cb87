"""What other rooms tell and this one takes up; wired in config/wiring.py, never by importing a room above."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.models import Case
from jinlin.gatherings.events import GatheringHeld, MinutesPublished, OfferMatched
from jinlin.gatherings.models import Gathering, Offer
from jinlin.gatherings.rules.words import CO_BUILDING
from jinlin.initiatives.actions.proposing import Idea, Origin, begun, laid_down, wish_from_gap
from jinlin.initiatives.actions.resolving import take_over
from jinlin.initiatives.actions.stepping import Words
from jinlin.initiatives.models import Initiative, Meeting
from jinlin.initiatives.rules import kinds
from jinlin.orgs import queries as orgs
from jinlin.people.access import SYSTEM


class Gap(Protocol):
    """What is needed of the living circle's event; its room stands above, so only its shape is known here."""

    case_id: UUID
    county: str
    village: str
    category: str
    people: int | None
    version: str


def on_gap_wished(event: Gap) -> None:
    """Put the wish that came out of a gap on the way to the wall, with what was known of the gap."""
    title = Case.unscoped.get(pk=event.case_id).title
    wish_from_gap(
        case_id=event.case_id,
        county=event.county,
        village=event.village,
        gap=(event.category, event.people, event.version),
        title=title[:60],
    )


def on_offer_matched(event: OfferMatched) -> None:
    """Make a co-building project of a match of two units, once a match."""
    if Initiative.unscoped.filter(county=event.county, match_ref=event.match_id).exists():
        return
    need = Offer.unscoped.select_related("organisation").filter(pk=event.need_id).first()
    if need is None or event.unit is None or event.kind not in CO_BUILDING:
        return  # a micro-wish, an errand or one neighbour's help is no project
    item = laid_down(
        actor=SYSTEM,
        idea=Idea(title=str(need.title)[:60], area=event.village or event.county, kind=kinds.COBUILD),
        origin=Origin("match"),
    )
    item.stage = item.reached = kinds.DECIDED
    item.match_ref, item.owner_unit = event.match_id, event.unit
    helper = orgs.unit_name(event.unit)
    asking = need.organisation.name if need.organisation else orgs.unit_name(item.host_unit)
    item.partners = f"{asking}\n{helper}"[:200]
    item.save()
    begun(item, SYSTEM, Words(_("需求和资源对接上了。")))


def on_gathering_held(event: GatheringHeld) -> None:
    """Take heads and minutes of a held gathering over to the items it was for."""
    _take(event.gathering_id)


def on_minutes_published(event: MinutesPublished) -> None:
    """Take minutes over that came after the meeting."""
    _take(event.gathering_id)


def _take(gathering_id: UUID) -> None:
    rows = list(Meeting.objects.filter(gathering_id=gathering_id))
    if not rows:
        return
    gathering = Gathering.unscoped.get(pk=gathering_id)
    if gathering.state != "held":
        return
    for row in rows:
        take_over(row, gathering)
