"""Activities and meetings: planned, open, held or cancelled; their agenda; who came, as a number."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinlin.gatherings.models.scope import Located, reach
from jinlin.gatherings.models.venues import Booking, Venue
from jinlin.gatherings.rules.moves import CAME, HOLDS_SEAT
from jinlin.gatherings.rules.words import GATHERING_KINDS, GATHERING_STATES, OUTCOMES, PART_ROLES, SEATS
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet
from jinlin.orgs.models import Organisation
from jinlin.people.access import Actor

UNCLOSED = ("planned", "open")


class GatheringQuerySet(ScopedQuerySet["Gathering"]):
    """Public gatherings are everybody's from the day they are announced; the others belong to the staff of the place."""

    def visible_to(self, actor: Actor) -> GatheringQuerySet:
        """Keep what is announced to everybody and what the actor's posts reach."""
        return self.filter(self.announced() | reach(actor, "gathering.view"))

    @staticmethod
    def announced() -> Q:
        """Return the condition of what anybody may see: cancelled ones stay, marked as such."""
        return Q(is_public=True, announced_at__isnull=False)


class Gathering(Located):
    """People meet at a time and a place; a number says how many were served."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=60)
    words = models.TextField(blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="gatherings")
    venue = models.ForeignKey(Venue, null=True, on_delete=models.PROTECT, related_name="gatherings")
    booking = models.OneToOneField(Booking, null=True, on_delete=models.PROTECT, related_name="gathering")
    place_words = models.CharField(max_length=80, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, default="planned")
    is_public = models.BooleanField(default=True)
    announced_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True)  # why it was cancelled, for everybody to read
    numbers = models.PositiveIntegerField(default=0)  # given out so far: the order of signing up
    seats_taken = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    arrived = models.PositiveIntegerField(default=0)
    served_anonymous = models.PositiveIntegerField(
        null=True
    )  # who came without signing up; null: nobody counted
    held_at = models.DateTimeField(null=True)
    held_by = models.UUIDField(null=True)  # the host who gave the figure; another one corrects it
    minutes = models.TextField(blank=True)
    minutes_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    objects = GatheringQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["county", "village", "starts_at"], name="gathering_by_village"),
            models.Index(fields=["county", "starts_at"], name="gathering_by_county"),
            models.Index(fields=["county", "starts_at"], condition=Q(state="held"), name="gathering_held"),
            models.Index(
                fields=["county", "village", "starts_at"],
                condition=Q(state__in=UNCLOSED),
                name="gathering_to_close",
            ),
            models.Index(
                fields=["county", "starts_at"], condition=Q(state__in=UNCLOSED), name="gathering_to_close_c"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="gathering_ends_later"),
            models.CheckConstraint(condition=Q(kind__in=tuple(GATHERING_KINDS)), name="gathering_known_kind"),
            models.CheckConstraint(
                condition=Q(state__in=tuple(GATHERING_STATES)), name="gathering_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(served_anonymous__isnull=False, held_at__isnull=False),
                name="gathering_held_with_figure",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""), name="gathering_cancelled_says_why"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(seats_taken__lte=F("capacity")),
                name="gathering_never_oversold",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def served(self) -> int:
        """How many came: those on the list and those counted at the door."""
        return self.arrived + (self.served_anonymous or 0)

    @property
    def seats_left(self) -> int | None:
        """Free seats, None where there is no limit."""
        return None if self.capacity is None else self.capacity - self.seats_taken


class AgendaItem(models.Model):
    """One thing to talk about: what was said, what came of it, the case it is about."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    said = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    case_id = models.UUIDField(
        null=True
    )  # cases.Case: a matter that came by another door is counted there once

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["county", "gathering", "position"], name="agenda_in_order"),
            models.CheckConstraint(condition=Q(outcome__in=("", *OUTCOMES)), name="agenda_known_outcome"),
        ]
        indexes = [
            models.Index(
                fields=["county", "gathering"], condition=Q(outcome="settled"), name="agenda_settled"
            )
        ]


class VolunteerBook(models.Model):
    """A volunteer's own hours: opened only by the link that the volunteer keeps; nothing here says who it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    made_at = models.DateTimeField()


class AttendanceQuerySet(ScopedQuerySet["Attendance"]):
    """Names of those who signed up belong to the hosts of the place."""

    def visible_to(self, actor: Actor) -> AttendanceQuerySet:
        """Keep what the actor may host."""
        if actor.kind == "system":
            return self.all()
        gatherings = Gathering.unscoped.filter(reach(actor, "gathering.host"))
        return self.filter(gathering__in=gatherings)


class Attendance(models.Model):
    """One sign-up and what became of it; name and contact go seven days after the gathering."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="attendances")
    number = models.PositiveIntegerField()  # in the order of signing up
    code = models.CharField(max_length=6)  # what the person shows at the door
    role = models.CharField(max_length=10, default="resident")
    state = models.CharField(max_length=10)
    nickname = models.CharField(max_length=20, blank=True)
    contact_id = models.UUIDField(null=True)
    contact_mark = models.BinaryField(
        max_length=16, null=True
    )  # of contact and gathering: one seat per number
    book = models.ForeignKey(VolunteerBook, null=True, on_delete=models.SET_NULL, related_name="stays")
    signed_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # a promoted one was told by the host
    in_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)
    in_by = models.UUIDField(null=True)  # the host who noted coming or not coming
    out_by = models.UUIDField(null=True)  # the host who noted leaving; none where the close ended the stay

    objects = AttendanceQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["county", "gathering", "state", "number"], name="attendance_queue"),
            models.Index(fields=["signed_at"], condition=~Q(nickname=""), name="attendance_named"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "gathering", "number"], name="attendance_number_once"),
            models.UniqueConstraint(fields=["county", "gathering", "code"], name="attendance_code_once"),
            models.UniqueConstraint(
                fields=["county", "gathering", "contact_mark"],
                condition=Q(contact_mark__isnull=False),
                name="attendance_one_seat_each",
            ),
            models.CheckConstraint(condition=Q(state__in=tuple(SEATS)), name="attendance_known_state"),
            models.CheckConstraint(condition=Q(role__in=tuple(PART_ROLES)), name="attendance_known_role"),
            models.CheckConstraint(
                condition=Q(state__in=CAME, in_at__isnull=False)
                | (~Q(state__in=CAME) & Q(in_at__isnull=True)),
                name="attendance_came_at",
            ),
        ]

    @property
    def holds_seat(self) -> bool:
        """Tell whether this sign-up takes a seat: residents do, those who help don't."""
        return self.role == "resident" and self.state in HOLDS_SEAT


class StayCorrection(models.Model):
    """A corrected coming and leaving, by another host than the one who noted it; the newest one counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="corrections")
    in_at = models.DateTimeField()
    out_at = models.DateTimeField()
    reason = models.CharField(max_length=120)
    by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(out_at__gt=F("in_at")), name="correction_ends_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_says_why"),
        ]


class FigureCorrection(models.Model):
    """A corrected number of people at the door, by another host than the one who gave it; both numbers stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="figure_corrections")
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    reason = models.CharField(max_length=120)
    by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="figure_says_why")]
