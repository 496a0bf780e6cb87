"""What people walk on and what stands in their way: editions of the walking network, enclosures, gates, cut ways."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.circle.rules.words import ACCESS, CONFIDENCE, ENCLOSURES, GATE_STATES
from jinlin.kernel.ids import new_id
from jinlin.places.models import Compound


class Placed(models.Model):
    """A row with the codes of the place it lies in; `grid` is empty where none is drawn."""

    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    grid = models.CharField(max_length=15, blank=True, default="")

    class Meta:
        abstract = True


class Sourced(models.Model):
    """Where a fact comes from and when somebody last looked."""

    source = models.CharField(max_length=200, blank=True, default="")
    verified_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Stored(models.Model):
    """Arrays of numpy as one compressed block; kept beside the rows so that a backup holds both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()


class NetworkEdition(models.Model):
    """The walking ways of a county as one source drew them on a day; never changed, only followed by another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    licence = models.CharField(max_length=120, blank=True)
    datum = models.CharField(max_length=5)  # of the file; what is stored is WGS 84
    as_of = models.DateField()
    imported_at = models.DateTimeField()
    nodes = models.PositiveIntegerField()
    edges = models.PositiveIntegerField()
    largest_nodes = models.PositiveIntegerField()
    parts = models.PositiveIntegerField()
    arrays = models.ForeignKey(Stored, on_delete=models.PROTECT)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "number"], name="network_edition_once")]


class Enclosure(Sourced):
    """What the living circle knows of a compound besides its outline: its kind, and whether a wall stands around it."""

    compound = models.OneToOneField(
        Compound, on_delete=models.PROTECT, primary_key=True, related_name="enclosure"
    )
    county = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=12)
    walled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=tuple(ENCLOSURES)), name="enclosure_known_kind")
        ]


class Gate(Placed, Sourced):
    """An opening in the wall of a compound, open, shut or only proposed; where it stands lies on the wall."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    compound = models.ForeignKey(Compound, on_delete=models.PROTECT, related_name="gates")
    other = models.ForeignKey(
        Compound, null=True, blank=True, on_delete=models.PROTECT, related_name="gates_of_neighbours"
    )  # the compound on the other side, where two share a wall
    code = models.CharField(max_length=60, blank=True)  # of the file it came from
    name = models.CharField(max_length=60, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    status = models.CharField(max_length=10)
    access = models.CharField(max_length=10, default="public")
    hours = models.CharField(max_length=120, blank=True)
    barrier_free = models.BooleanField(null=True)
    length_m = models.FloatField(default=1.0)
    confidence = models.CharField(max_length=10, default="drawn")
    is_live = models.BooleanField(
        default=True
    )  # false until a second person has confirmed it, and after an undo
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["county", "village"], name="circle_gate_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "compound", "code"], condition=~Q(code=""), name="gate_code_once"
            ),
            models.CheckConstraint(condition=Q(status__in=tuple(GATE_STATES)), name="gate_known_status"),
            models.CheckConstraint(condition=Q(access__in=tuple(ACCESS)), name="gate_known_access"),
            models.CheckConstraint(
                condition=Q(confidence__in=tuple(CONFIDENCE)), name="gate_known_confidence"
            ),
            models.CheckConstraint(condition=Q(length_m__gt=0), name="gate_has_length"),
        ]


class Crossing(models.Model):
    """A way of the network drawn across a wall: cut when the network is used, listed until a gate explains it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    network = models.ForeignKey(NetworkEdition, on_delete=models.CASCADE, related_name="crossings")
    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="crossings")
    lon = models.FloatField()
    lat = models.FloatField()
    way = models.CharField(max_length=80)  # the two node ids of the source
    explained = models.BooleanField(default=False)  # a live gate of this compound stands there

    class Meta:
        indexes = [models.Index(fields=["county", "village", "explained"], name="circle_crossing_place")]
