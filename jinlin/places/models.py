"""Tables of places. Reference data: rows are closed with a date, never deleted; codes are not keys."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from jinlin.kernel.ids import new_id


class Dated(models.Model):
    """A row that is valid from a day until a day (exclusive); no end means it stands today."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Boxed(models.Model):
    """A row with the box around its shape, in WGS84 degrees; null where no shape is known."""

    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)

    class Meta:
        abstract = True


class CurrentQuerySet(models.QuerySet[Any]):
    """Questions that every dated table answers alike."""

    def current(self) -> CurrentQuerySet:
        """Rows without an end."""
        return self.filter(valid_to__isnull=True)

    def on(self, day: date) -> CurrentQuerySet:
        """Rows valid on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def between(self, field: str, bounds: tuple[str, str]) -> CurrentQuerySet:
        """Rows whose code column lies in a half-open range (rules.code_range)."""
        return self.filter(**{f"{field}__gte": bounds[0], f"{field}__lt": bounds[1]})


class Edition(models.Model):
    """One published table of divisions for the area under one root, as it stood on a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    label = models.CharField(max_length=120)
    as_of = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    root_code = models.CharField(max_length=12)
    depth = models.PositiveSmallIntegerField()  # the deepest level the table goes to
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["as_of", "root_code"], name="places_edition_once")]

    def __str__(self) -> str:
        return self.label


class Region(Dated, Boxed):
    """A unit of the division tree in the time it had this code and this name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60, db_index=True)
    stem = models.CharField(
        max_length=60, db_index=True
    )  # rules.stem: what survives a change of rank; for search and matching
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=32)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    county = models.CharField(max_length=12, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces", db_index=False
    )
    is_statistical_only = models.BooleanField(default=False)
    ur_class = models.CharField(max_length=3, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to__isnull=True), name="places_region_one_current"
            ),
        ]
        indexes = [
            models.Index(fields=["code"], name="places_region_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """The outline of one unit in the time it had this code, as somebody published it: for display, no legal border."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.OneToOneField(Region, on_delete=models.PROTECT, related_name="boundary")
    geometry = models.JSONField()  # GeoJSON Polygon or MultiPolygon, WGS84
    datum = models.CharField(max_length=5)  # of the file it came from
    source = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.region)


class Grid(Dated, Boxed):
    """A grid of one village or community; closed and replaced when it is split, never renumbered."""

    class Kind(models.TextChoices):
        BASIC = "basic"
        EXCLUSIVE = "exclusive"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=15, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="grids")
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    geometry = models.JSONField(null=True, blank=True)  # GeoJSON Polygon or MultiPolygon, WGS84
    is_drawn = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces", db_index=False
    )
    split_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )

    objects = CurrentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["village", "valid_to"], name="places_grid_village"),
            models.Index(fields=["town", "valid_to"], name="places_grid_town"),
            models.Index(fields=["county", "valid_to"], name="places_grid_county"),
        ]

    def __str__(self) -> str:
        return self.name


class MicroGrid(Dated):
    """A neighbour group inside a grid; its chosen head is a post (people), not a name in this table."""

    class Kind(models.TextChoices):
        TEN_HOUSEHOLD = "ten_household"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=17, unique=True)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="micro_grids")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.TEN_HOUSEHOLD)
    county = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    households = models.PositiveIntegerField(default=0)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces", db_index=False
    )

    objects = CurrentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Compound(Boxed):
    """A walled residential compound or courtyard: the unit people name when they say where they live."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="compounds")
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    geometry = models.JSONField(null=True, blank=True)
    households = models.PositiveIntegerField(default=0)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "village", "name"], name="places_compound_once")
        ]

    def __str__(self) -> str:
        return self.name


class Building(Dated):
    """A building of a grid: code = grid + B + 5 digits, numbered from 1 inside the grid."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=21, unique=True)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="buildings")
    compound = models.ForeignKey(
        Compound, null=True, blank=True, on_delete=models.PROTECT, related_name="buildings"
    )
    county = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces", db_index=False
    )

    objects = CurrentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class PlacesVersion(models.Model):
    """One row whose token changes with every change of places: what is kept in memory is rebuilt then."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveIntegerField(default=0)
    token = models.UUIDField(default=new_id)

    def __str__(self) -> str:
        return str(self.number)
