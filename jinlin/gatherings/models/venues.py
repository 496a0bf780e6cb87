"""Rooms that neighbours may use, and who has them when; one row per half hour makes double booking impossible."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinlin.gatherings.models.scope import Located, reach
from jinlin.gatherings.rules.slots import House
from jinlin.gatherings.rules.words import BOOKING_STATES, PURPOSES, VENUE_KINDS
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet
from jinlin.orgs.models import Organisation
from jinlin.people.access import Actor

LIVE = ("requested", "confirmed")


class Venue(Located):
    """A room with its rules; what it is and when it is open is public."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="venues")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=120)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    capacity = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField(default=8 * 60)  # minutes after midnight, on a slot border
    closes = models.PositiveSmallIntegerField(default=21 * 60)
    weekdays = models.CharField(max_length=7, default="1111111")  # Monday first
    quiet = models.JSONField(default=list)  # [[750, 840]]: minutes, on slot borders
    longest = models.PositiveSmallIntegerField(default=240)  # minutes of one booking
    days_ahead = models.PositiveSmallIntegerField(default=60)
    needs_approval = models.BooleanField(default=True)
    step_free = models.BooleanField(null=True)
    accessible_toilet = models.BooleanField(null=True)
    hearing_loop = models.BooleanField(null=True)
    house_rules = models.TextField(blank=True)
    is_open = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["county", "village", "is_open"], name="venue_place")]
        constraints = [
            models.UniqueConstraint(fields=["county", "village", "name"], name="venue_name_once"),
            models.CheckConstraint(condition=Q(kind__in=tuple(VENUE_KINDS)), name="venue_known_kind"),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes"), closes__lte=1440), name="venue_opens_first"
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="venue_has_seats"),
        ]

    def __str__(self) -> str:
        return self.name

    def house(self, closures: frozenset[object] = frozenset()) -> House:
        """Return the rules of the room in the form `rules.slots` reads; `closures` are its single closed days."""
        return House(
            opens=self.opens,
            closes=self.closes,
            weekdays=self.weekdays,
            quiet=tuple((int(since), int(until)) for since, until in self.quiet),
            capacity=self.capacity,
            longest=self.longest,
            days_ahead=self.days_ahead,
            closed=frozenset(closures),  # type: ignore[arg-type]
        )


class VenueClosure(models.Model):
    """A day on which a room is not to be had, with a reason that everybody may read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="closures")
    day = models.DateField()
    reason = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "venue", "day"], name="closure_once_a_day")]


class BookingQuerySet(ScopedQuerySet["Booking"]):
    """Bookings name people: those who host at the place see them, everybody else sees only busy and free (`queries.calendar`)."""

    def visible_to(self, actor: Actor) -> BookingQuerySet:
        """Keep what the actor's posts reach."""
        return self.filter(reach(actor, "gathering.host"))


class Booking(Located):
    """Somebody asks for a room; the contact goes seven days after the use."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="requested")
    heads = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=10)
    words = models.CharField(max_length=200, blank=True)  # for the community only
    nickname = models.CharField(max_length=20, blank=True)
    contact_id = models.UUIDField(null=True)  # people.SealedContact
    unit = models.UUIDField(null=True)  # a unit that books for itself: orgs.Organisation
    reason = models.CharField(max_length=120, blank=True)  # of a denial or a cancellation, told to who booked
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = BookingQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["county", "venue", "starts_at"], name="booking_by_venue"),
            models.Index(fields=["county", "village", "state", "starts_at"], name="booking_to_answer"),
            models.Index(
                fields=["county", "village", "starts_at"], condition=Q(state__in=LIVE), name="booking_week"
            ),
            models.Index(fields=["county", "starts_at"], condition=Q(state__in=LIVE), name="booking_week_c"),
            models.Index(
                fields=["ends_at"], condition=Q(contact_id__isnull=False), name="booking_contact_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_later"),
            models.CheckConstraint(condition=Q(state__in=tuple(BOOKING_STATES)), name="booking_known_state"),
            models.CheckConstraint(condition=Q(purpose__in=tuple(PURPOSES)), name="booking_known_purpose"),
            models.CheckConstraint(
                condition=~Q(state__in=("denied", "cancelled")) | ~Q(reason=""),
                name="booking_refused_says_why",
            ),
        ]


class BookingSlot(models.Model):
    """Half an hour of a room that is taken; the unique constraint is the only guard two writers can't pass together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="slots")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "venue", "starts_at"], name="slot_taken_once")
        ]
