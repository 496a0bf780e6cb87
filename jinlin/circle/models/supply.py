"""What serves people and where they live: facilities with entrances, sharing, doubts about them, blocks with counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.circle.models.ground import Gate, Placed, Sourced
from jinlin.circle.rules.words import FACILITY_STATES, FLAG_KINDS
from jinlin.kernel.ids import new_id
from jinlin.places.models import Compound


class Facility(Placed, Sourced):
    """A place that serves people; `public` ones serve everybody, others those of their compound and of a sharing rule."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)  # of the source; unique in the county and category
    category = models.CharField(max_length=12)  # a code of the standards table
    name = models.CharField(max_length=80)
    compound = models.ForeignKey(
        Compound, null=True, blank=True, on_delete=models.PROTECT, related_name="facilities"
    )
    owner_kind = models.CharField(max_length=20, blank=True)
    public = models.BooleanField(default=True)
    hours = models.CharField(max_length=120, blank=True)
    capacity = models.PositiveIntegerField(null=True)
    accessible = models.BooleanField(null=True)
    status = models.CharField(max_length=8, default="open")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["county", "village", "category"], name="circle_facility_place")]
        constraints = [
            models.UniqueConstraint(fields=["county", "category", "code"], name="facility_code_once"),
            models.CheckConstraint(
                condition=Q(status__in=tuple(FACILITY_STATES)), name="facility_known_status"
            ),
        ]


class Entrance(models.Model):
    """A door of a facility."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="entrances")
    code = models.CharField(max_length=60, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()


class SharingRule(models.Model):
    """An agreement: these compounds may use a facility or pass a gate within these hours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, db_index=True)
    facility = models.ForeignKey(Facility, null=True, on_delete=models.CASCADE, related_name="sharing")
    gate = models.ForeignKey(Gate, null=True, on_delete=models.CASCADE, related_name="sharing")
    compounds = models.ManyToManyField(Compound, related_name="may_use")
    hours = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the last day
    agreement = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(facility__isnull=True) ^ Q(gate__isnull=True), name="sharing_of_one_thing"
            )
        ]


class LoadedList(models.Model):
    """A category whose list was loaded for a county, even if it is empty: without it nothing can be said ("no data")."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    category = models.CharField(max_length=12)
    source = models.CharField(max_length=200)
    as_of = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "category"], name="loaded_list_once")]


class Flag(models.Model):
    """Somebody says that what we show of a facility is wrong; nothing is kept of who said so."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=10)
    words = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["county", "village", "is_open"], name="circle_flag_place")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=tuple(FLAG_KINDS)), name="flag_known_kind")
        ]


class Block(Placed, Sourced):
    """Where people live: a building or a group of them, with a count of residents in tens; never a list of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=60, blank=True)
    compound = models.ForeignKey(
        Compound, null=True, blank=True, on_delete=models.PROTECT, related_name="blocks"
    )
    lon = models.FloatField()
    lat = models.FloatField()
    residents = models.PositiveIntegerField()
    dwellings = models.PositiveIntegerField(default=0)
    buildings = models.PositiveIntegerField(default=1)
    basis = models.CharField(max_length=10)  # registered or resident
    year = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["county", "village"], name="circle_block_place")]
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="block_code_once"),
            models.CheckConstraint(
                condition=Q(basis__in=("registered", "resident")), name="block_known_basis"
            ),
        ]
