"""What was computed, versioned; what was changed, with its history; which wish came out of which gap."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.cases.models import Case
from jinlin.circle.models.ground import NetworkEdition, Stored
from jinlin.circle.models.standards import StandardVersion
from jinlin.circle.rules.words import CHANGE_STATES, JOB_STATES, STUDIES, TRIGGERS
from jinlin.kernel.ids import new_id
from jinlin.places.models import Compound


class Job(models.Model):
    """Work that a background run does in its own time, and how far it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    area = models.CharField(max_length=12)
    state = models.CharField(max_length=8, default="waiting")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    ordered_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    engine = models.CharField(max_length=8, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Assessment(Job):
    """Who reaches what in an area, by one network, one standard, one walker at one moment.

    `arrays`: for each block of `blocks` (ids) and each category: distance, straight line, nearest facility, status.
    """

    label = models.CharField(max_length=60, blank=True)
    trigger = models.CharField(max_length=8)
    profile = models.CharField(max_length=12)
    moment = models.CharField(max_length=20)
    day = models.DateField()  # on which agreements are looked at
    standard = models.ForeignKey(StandardVersion, on_delete=models.PROTECT)
    network = models.ForeignKey(NetworkEdition, null=True, on_delete=models.PROTECT)
    arrays = models.ForeignKey(Stored, null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [
            models.Index(fields=["county", "area", "finished_at"], name="circle_assessment_area"),
            models.Index(fields=["ordered_at"], condition=Q(state="waiting"), name="assessment_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JOB_STATES), name="assessment_known_state"),
            models.CheckConstraint(condition=Q(trigger__in=TRIGGERS), name="assessment_known_trigger"),
        ]


class Cover(models.Model):
    """The result for one place and category: people (in tens) and buildings by what is known of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="covers")
    place = models.CharField(max_length=12)  # county, town, village; the village of a compound
    level = models.PositiveSmallIntegerField()  # 3, 4, 5; 6 for a compound
    compound = models.ForeignKey(Compound, null=True, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=12)
    people = models.JSONField()  # covered, not, estimated covered, estimated not, not mapped, no data
    buildings = models.JSONField()
    slow_gap = models.PositiveIntegerField()  # people in the gap for whom it is too far at a slow pace
    facilities = models.PositiveIntegerField()
    near_m = models.FloatField(null=True)  # walk of the middle resident, where it is known
    straight_m = models.FloatField(null=True)
    detour = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["county", "assessment", "level", "category"], name="circle_cover_level"),
            models.Index(fields=["assessment", "place"], name="circle_cover_place"),
        ]


class Lack(models.Model):
    """How many residents of a place lack at least one facility that everybody must have, of how many judged (tens)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="lacks")
    place = models.CharField(max_length=12)  # county, town, village
    people = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["county", "place"], name="circle_lack_place")]


class Study(Job):
    """A question put to the engine and its answer: which gates help most, or where to build."""

    kind = models.CharField(max_length=6)
    question = models.JSONField()
    answer = models.JSONField(null=True)
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = [
            models.Index(fields=["county", "area", "kind", "ordered_at"], name="circle_study_area"),
            models.Index(fields=["ordered_at"], condition=Q(state="waiting"), name="study_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=STUDIES), name="study_known_kind"),
            models.CheckConstraint(condition=Q(state__in=JOB_STATES), name="study_known_state"),
        ]


class FactChange(models.Model):
    """One change of a gate or a facility: what it was, what it is to be, and what became of it; rows are never removed.

    `made_by` is there for one reason: the person who confirms must be another one. It is shown to nobody.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    kind = models.CharField(max_length=8)  # gate, facility
    thing = models.UUIDField()
    verb = models.CharField(max_length=8)  # add, correct, undo
    before = models.JSONField()
    after = models.JSONField()
    words = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    made_unit = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_unit = models.CharField(max_length=120, blank=True)
    refreshed_at = models.DateTimeField(null=True)  # results near it have been computed anew

    class Meta:
        indexes = [
            models.Index(fields=["county", "village", "state"], name="circle_change_place"),
            models.Index(fields=["kind", "thing", "made_at"], name="circle_change_thing"),
            models.Index(
                fields=["settled_at"],
                condition=Q(state="confirmed", refreshed_at__isnull=True),
                name="circle_change_stale",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CHANGE_STATES), name="change_known_state"),
            models.UniqueConstraint(
                fields=["thing"], condition=Q(state="waiting"), name="change_one_waiting"
            ),
        ]


class GapNote(models.Model):
    """The gap a wish came out of, as it was known then; the wish itself is a case."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="gap_note")
    county = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    compound = models.ForeignKey(Compound, null=True, on_delete=models.SET_NULL, related_name="+")
    category = models.CharField(max_length=12)
    status = models.CharField(max_length=24)
    nearest_m = models.FloatField(null=True)
    people = models.PositiveIntegerField(null=True)  # in the gap, in tens
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["county", "village", "category"], name="circle_gapnote_place")]
