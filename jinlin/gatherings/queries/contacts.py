"""Where somebody left a number: whose place it is, never the number."""

from __future__ import annotations

from uuid import UUID

from jinlin.gatherings.models import Booking, Gathering, Match, Offer
from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import Actor


def place_of(*, viewer: Actor, kind: str, row_id: UUID) -> str:
    """Return the community of a seat, booking, offer or match, to whoever may open its number (one query)."""
    if kind == "seat":
        found: Gathering | Booking | Match | Offer | None = Gathering.unscoped.filter(
            attendances=row_id
        ).first()
    elif kind == "match":
        found = Match.objects.filter(pk=row_id).first()
    elif kind == "booking":
        found = Booking.unscoped.filter(pk=row_id).first()
    else:
        found = Offer.unscoped.filter(pk=row_id).first() if kind == "offer" else None
    if found is None:
        raise NotFound(kind)
    access.require(viewer, "contact.open", found)
    return found.village
