"""Dated, editable seed data of time: stages per SLA class and leaf, ceilings, days that differ, office hours."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinlin.cases.rules.deadlines import UNITS
from jinlin.cases.rules.words import BEGINS, CEILINGS
from jinlin.kernel.ids import new_id

_OPEN = Q(valid_to__isnull=True)
_ORDERED = _OPEN | Q(valid_to__gte=F("valid_from"))


class SlaStage(models.Model):
    """How long a stage may take for an SLA class or one leaf, from a day to a day, with the source of the figure.

    A leaf's own row goes before that of its class, the class before "*". A milestone is a stage of a leaf that has a
    name of its own and begins when the case is accepted or dispatched.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sla_class = models.CharField(max_length=8)
    category = models.CharField(max_length=12, default="")  # code of the leaf; "": the whole class
    stage = models.CharField(max_length=12)
    name = models.CharField(max_length=24, default="")  # of a milestone
    begins = models.CharField(max_length=10, default="")  # a milestone's beginning
    amount = models.FloatField()
    unit = models.CharField(max_length=12, choices=[(unit, unit) for unit in UNITS])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day it no longer holds
    source = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sla_class", "category", "stage"], condition=_OPEN, name="sla_one_current"
            ),
            models.CheckConstraint(condition=Q(unit__in=UNITS), name="sla_known_unit"),
            models.CheckConstraint(condition=_ORDERED, name="sla_ends_after_start"),
            models.CheckConstraint(
                condition=Q(name="", begins="")
                | (~Q(name="") & ~Q(category="") & Q(begins__in=tuple(BEGINS))),
                name="sla_milestone_of_a_leaf",
            ),
        ]


class Ceiling(models.Model):
    """How far time may be stretched: an extension by SLA class, a suspension or the ledger by reason; dated."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=12)  # SLA class of an extension ("*": any other), reason of a pause
    name = models.CharField(max_length=40, default="")  # the reason as people read it
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)
    times = models.PositiveSmallIntegerField(default=1)  # how often one clock may be extended
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], condition=_OPEN, name="ceiling_one_current"),
            models.CheckConstraint(condition=Q(kind__in=tuple(CEILINGS)), name="ceiling_known_kind"),
            models.CheckConstraint(
                condition=Q(unit__in=("working_day", "calendar_day")), name="ceiling_known_unit"
            ),
            models.CheckConstraint(condition=_ORDERED, name="ceiling_ends_after_start"),
        ]


class CalendarDay(models.Model):
    """A local day that differs from the national working calendar; a removed one is off the list, not the record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=12)
    day = models.DateField()
    is_workday = models.BooleanField()
    source = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region_code", "day"], name="calendar_day_once")]


class OfficeHours(models.Model):
    """Office hours of a region from a day on, as [["08:30", "12:00"], ["14:30", "18:00"]]."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=12)
    spans = models.JSONField()
    valid_from = models.DateField()
    source = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region_code", "valid_from"], name="office_hours_once")
        ]


class Retiming(models.Model):
    """One going over of the open clocks after the calendar or a stage length changed; a job carries it on in batches.

    `cursor` is the last case looked at, so that a run that broke off goes on where it was.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=12, default="")  # "": everywhere
    kind = models.CharField(max_length=10)  # calendar, hours, sla
    subject = models.JSONField(default=dict)  # of an SLA change: class, leaf, stage
    about = models.CharField(max_length=200)  # what changed, in the words of the timeline
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    cursor = models.UUIDField(null=True)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    is_settled = models.BooleanField(
        default=False
    )  # gone over once more after every process knew of the change

    class Meta:
        indexes = [models.Index(fields=["asked_at"], condition=Q(is_settled=False), name="retiming_waiting")]
