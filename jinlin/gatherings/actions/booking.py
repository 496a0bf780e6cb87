"""Booking a room: ask, confirm, deny, cancel. What is confirmed holds a row for each half hour, which nobody else can write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jinlin.gatherings.actions.step import (
    by_link_or_staff,
    by_staff,
    expect_version,
    locked,
    noted,
    person,
    required,
)
from jinlin.gatherings.models import Booking, BookingSlot, Venue
from jinlin.gatherings.rules import moves
from jinlin.gatherings.rules.slots import DAYS_AROUND, House, nearest_free, refusal, slots_of
from jinlin.gatherings.rules.words import PURPOSES
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.ids import new_id
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor

Span = tuple[datetime, datetime]


class Taken(Conflict):
    """Somebody has the room then; `free` are the nearest spans of the same length that are free."""

    def __init__(self, free: list[Span]) -> None:
        said = "、".join(_told(span) for span in free)
        sentence = (
            _("这个时间已被别人订走。附近还空着：{free}。")
            if free
            else _("这个时间已被别人订走，前后一周都没有空，请换一个场地。")
        )
        super().__init__("slot_taken", sentence, free=said)
        self.free = free


def _told(span: Span) -> str:
    begin, end = clock.local(span[0]), clock.local(span[1])
    return f"{begin:%m-%d %H:%M}–{end:%H:%M}"


@dataclass(frozen=True)
class BookingWish:
    """Which room, when, how many people, for what; who asks (a nickname and a phone, or a unit)."""

    venue_id: UUID
    starts_at: datetime
    ends_at: datetime
    heads: int
    purpose: str
    words: str = ""
    nickname: str = ""
    phone: str = ""


@once("booking.ask")
def book_venue(*, actor: Actor, wish: BookingWish, key: str | None = None) -> Booking:
    """Ask for a room. Confirmed at once for the staff of the place, or where the room needs no approval.

    Raises RuleBroken naming the rule (quiet_hours, too_many_heads, closed_day, …) and Taken with the nearest free spans.
    """
    access.require(actor, "together.join")
    venue = locked(Venue, wish.venue_id)
    ours = actor.kind != "resident" and venue.allows(actor, "gathering.host")
    house = house_of(venue)
    _refuse(venue, house, wish.starts_at, wish.ends_at, wish.heads)
    if wish.purpose not in PURPOSES:
        raise Invalid({"purpose": [_("请选择用来做什么。")]})
    row = Booking(
        **place_of(venue),
        venue=venue,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        heads=wish.heads,
        purpose=wish.purpose,
        words=clean(wish.words, max_length=200, field="words"),
        made_at=clock.now(),
    )
    if ours:
        row.unit = actor.post.unit if actor.post else None
        row.nickname = clean(wish.nickname, max_length=20, field="nickname")
    if not ours or wish.phone:
        row.nickname, row.contact_id, _digits = person(
            venue.county, wish.nickname, wish.phone, needs_phone=True
        )
    if _is_taken(venue, wish.starts_at, wish.ends_at):
        raise taken(venue, house, (wish.starts_at, wish.ends_at))
    row.save(force_insert=True)
    if ours or not venue.needs_approval:
        _confirm(row, venue, house)
    noted(actor, "booking.ask", row)
    return row


@once("booking.confirm")
def confirm_booking(
    *, actor: Actor, booking_id: UUID, expect: int | None = None, key: str | None = None
) -> Booking:
    """Give the room to who asked; Taken when somebody else has it by now."""
    row = locked(Booking, booking_id)
    actor = by_staff(actor, "venue.manage", row)
    expect_version(row, expect)
    moves.require(moves.BOOKING, row.state, "confirmed")
    venue = locked(Venue, row.venue_id)
    house = house_of(venue)
    _refuse(venue, house, row.starts_at, row.ends_at, row.heads)
    _confirm(row, venue, house)
    noted(actor, "booking.confirm", row)
    return row


@once("booking.deny")
def deny_booking(
    *, actor: Actor, booking_id: UUID, reason: str, expect: int | None = None, key: str | None = None
) -> Booking:
    """Say no, with a reason that whoever asked reads."""
    row = locked(Booking, booking_id)
    actor = by_staff(actor, "venue.manage", row)
    expect_version(row, expect)
    _settle(row, "denied", required(reason, "reason"))
    noted(actor, "booking.deny", row)
    return row


@once("booking.cancel")
def cancel_booking(
    *, actor: Actor, booking_id: UUID, reason: str = "", token: str = "", key: str | None = None
) -> Booking:
    """Give a room back: whoever booked by their link, or staff with a reason; the time is free at once."""
    row = locked(Booking, booking_id)
    actor = by_link_or_staff(actor, "venue.manage", row, kind="booking", row_id=row.pk, token=token)
    if hasattr(row, "gathering") and row.gathering.state in ("planned", "open"):
        raise Conflict("has_gathering", _("这个时间有活动，请到活动页面取消活动，场地会一起退掉。"))
    why = clean(reason, max_length=120, field="reason", required=not token)
    release(row, why or _("预订人取消"))
    noted(actor, "booking.cancel", row)
    return row


def release(row: Booking, reason: str) -> None:
    """Cancel a booking and free its half hours; part of a deed that is already allowed."""
    _settle(row, "cancelled", reason)
    BookingSlot.objects.filter(county=row.county, booking=row).delete()


def hold_room(venue: Venue, span: Span, *, heads: int, purpose: str, unit: UUID | None) -> Booking:
    """Book a room for a gathering within its own deed; RuleBroken or Taken as for anybody."""
    house = house_of(venue)
    _refuse(venue, house, span[0], span[1], heads)
    row = Booking(
        **place_of(venue),
        venue=venue,
        starts_at=span[0],
        ends_at=span[1],
        heads=heads,
        purpose=purpose,
        unit=unit,
        made_at=clock.now(),
    )
    row.save(force_insert=True)
    _confirm(row, venue, house)
    return row


def place_of(venue: Venue) -> dict[str, str]:
    """Return the columns of where a venue stands."""
    return {name: getattr(venue, name) for name in ("county", "town", "village", "grid")}


def house_of(venue: Venue) -> House:
    """Return the rules of a room with its closed days (one query)."""
    rows = venue.closures.filter(day__gte=clock.today())
    return venue.house(frozenset(rows.values_list("day", flat=True)))


def _refuse(venue: Venue, house: House, starts: datetime, ends: datetime, heads: int) -> None:
    if not venue.is_open:
        raise RuleBroken("venue_closed", _("这处场地现在不开放预订，请选别的场地。"))
    broken = refusal(house, starts, ends, heads=heads, now=clock.now(), zone=clock.LOCAL)
    if broken is not None:
        raise broken


def _confirm(row: Booking, venue: Venue, house: House) -> None:
    """Write the half hours; the constraint decides between two who come at the same moment."""
    slots = [
        BookingSlot(id=new_id(), county=row.county, venue=venue, starts_at=at, booking=row)
        for at in slots_of(row.starts_at, row.ends_at)
    ]
    try:
        with transaction.atomic():
            BookingSlot.objects.bulk_create(slots)
    except IntegrityError:
        raise taken(venue, house, (row.starts_at, row.ends_at)) from None
    _settle(row, "confirmed", "")


def _settle(row: Booking, state: str, reason: str) -> None:
    moves.require(moves.BOOKING, row.state, state)
    row.state, row.reason, row.settled_at = state, reason, clock.now()
    row.version += 1
    row.save(update_fields=["state", "reason", "settled_at", "version"])


def _is_taken(venue: Venue, starts: datetime, ends: datetime) -> bool:
    rows = BookingSlot.objects.filter(county=venue.county, venue=venue)
    return rows.filter(starts_at__gte=starts, starts_at__lt=ends).exists()


def taken(venue: Venue, house: House, span: Span) -> Taken:
    """Return the refusal that names the nearest free spans (one query)."""
    around = timedelta(days=DAYS_AROUND + 1)
    rows: Any = BookingSlot.objects.filter(
        county=venue.county,
        venue=venue,
        starts_at__gte=span[0] - around,
        starts_at__lt=span[1] + around,
    )
    busy = set(rows.values_list("starts_at", flat=True))
    return Taken(nearest_free(house, *span, busy, now=clock.now(), zone=clock.LOCAL))
