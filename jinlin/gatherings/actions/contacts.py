"""Opening the number somebody left with a sign-up, a booking, a need or a match: one by one, for a purpose, on record."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.gatherings.models import Attendance, Booking, Located, Match, Offer
from jinlin.kernel.errors import NotFound, RuleBroken
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.actions import open_contact


def open_number(*, actor: Actor, kind: str, row_id: UUID, purpose: str) -> tuple[str, str]:
    """Return (nickname, phone) of a "seat", "booking", "offer" or "match" to the staff of its place; it is written down."""
    nickname, contact, subject = found_number(kind, row_id)
    access.require(actor, "contact.open", subject)
    if contact is None:
        raise RuleBroken("no_contact", _("没有留电话，或者已经到期删除。"))
    opened = open_contact(actor=actor, contact_id=contact, purpose=purpose, subject=subject)
    return nickname, opened["phone"]


def found_number(kind: str, row_id: UUID) -> tuple[str, UUID | None, Located]:
    """Return (nickname, contact, the row whose place decides who may) of a thing somebody left a number with."""
    if kind == "seat":
        seat = Attendance.unscoped.select_related("gathering").filter(pk=row_id).first()
        if seat is not None:
            return seat.nickname, seat.contact_id, seat.gathering
    kinds: dict[str, type[Booking] | type[Offer] | type[Match]] = {
        "booking": Booking,
        "offer": Offer,
        "match": Match,
    }
    if kind in kinds:
        found = kinds[kind]._base_manager.filter(pk=row_id).first()
        if found is not None:
            return found.nickname, found.contact_id, found
    raise NotFound(kind)
