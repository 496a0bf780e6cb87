"""Rooms and when they are free. What the public sees of a booking is busy and what for, never who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jinlin.gatherings.models import Booking, Venue, VenueClosure
from jinlin.gatherings.models.venues import LIVE
from jinlin.gatherings.queries.area import PAGE, after_key, in_area
from jinlin.gatherings.queries.links import proves
from jinlin.gatherings.rules.slots import wall
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.kernel.rows import among
from jinlin.people import access
from jinlin.people.access import Actor

WEEK = 7


@dataclass(frozen=True)
class Busy:
    """A span in which a room is taken, and the class of what for; `mine` rows carry the booking for staff."""

    venue_id: UUID
    starts_at: datetime
    ends_at: datetime
    purpose: str


@dataclass(frozen=True)
class CalendarDay:
    """One day of a room: closed with a reason, or what is taken of it."""

    day: date
    closed: str
    busy: tuple[Busy, ...]


def venues(*, area: str, every: bool = False) -> QuerySet[Venue]:
    """Return the rooms of an area by name, those that may be booked unless `every` (one query)."""
    rows = Venue.objects.filter(in_area(area)).select_related("organisation").order_by("village", "name")
    return rows if every else rows.filter(is_open=True)


def venue(venue_id: UUID) -> Venue:
    """Return one room; NotFound when there is none (one query)."""
    found = Venue.objects.select_related("organisation").filter(pk=venue_id).first()
    if found is None:
        raise NotFound("venue")
    return found


def calendar(*, venue: Venue, first: date, days: int = WEEK) -> tuple[CalendarDay, ...]:
    """Return the public calendar of a room: busy spans and closed days, nobody's name (2 queries)."""
    last = first + timedelta(days=days)
    since, until = wall(first, 0, clock.LOCAL), wall(last, 0, clock.LOCAL)
    rows = Booking.unscoped.filter(
        county=venue.county, venue=venue, state="confirmed", starts_at__gte=since, starts_at__lt=until
    ).order_by("starts_at")
    busy = [Busy(venue.pk, *row) for row in rows.values_list("starts_at", "ends_at", "purpose")]
    closed = dict(
        VenueClosure.objects.filter(
            county=venue.county, venue=venue, day__gte=first, day__lt=last
        ).values_list("day", "reason")
    )
    return tuple(
        CalendarDay(
            day, closed.get(day, ""), tuple(one for one in busy if clock.local(one.starts_at).date() == day)
        )
        for day in (first + timedelta(days=step) for step in range(days))
    )


def bookings_to_answer(*, viewer: Actor, area: str, limit: int = PAGE) -> list[Booking]:
    """Return requests that wait for an answer, soonest use first (one query)."""
    rows = access.visible(viewer, Booking.objects.all()).filter(in_area(area), state="requested")
    rows = rows.filter(ends_at__gt=clock.now()).select_related("venue")
    return list(rows.order_by("starts_at", "pk")[:limit])


def bookings(
    *, viewer: Actor, area: str, first: date, days: int = WEEK, after: str = "", limit: int = 200
) -> list[Booking]:
    """Return the bookings of an area's rooms in some days, for those who run them, with rooms and gatherings (3 queries)."""
    since, until = wall(first, 0, clock.LOCAL), wall(first + timedelta(days=days), 0, clock.LOCAL)
    rows = access.visible(viewer, Booking.objects.all()).filter(
        in_area(area), after_key(after, "starts_at"), among(Booking, "state", LIVE)
    )
    rows = rows.filter(starts_at__gte=since, starts_at__lt=until)
    # not joined: a database then puts all bookings of the rooms in order before it cuts off a page
    rows = rows.prefetch_related("venue", "gathering")
    return list(rows.order_by("starts_at", "pk")[:limit])


def booking(*, viewer: Actor, booking_id: UUID) -> Booking:
    """Return one booking to the staff of the place (one query)."""
    rows = access.visible(viewer, Booking.objects.all()).select_related("venue")
    found = rows.filter(pk=booking_id).first()
    if found is None:
        raise NotFound("booking")
    return found


def booking_by_link(*, booking_id: UUID, token: str) -> Booking:
    """Return one's own booking; NotFound for a link that isn't right (one query)."""
    found = Booking.unscoped.select_related("venue").filter(pk=booking_id).first()
    if found is None or not proves("booking", booking_id, token):
        raise NotFound("booking")
    return found


def waiting_by_venue(venues: Sequence[Venue]) -> dict[UUID, int]:
    """Return how many requests each room has to answer (one query)."""
    rows = Booking.unscoped.filter(
        Q(county__in={row.county for row in venues}), venue__in=list(venues), state="requested"
    )
    return dict(rows.values_list("venue").annotate(n=Count("pk")))
