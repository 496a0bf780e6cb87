"""Dated, editable seed data of time: stages per SLA class, days that differ, office hours."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.cases.rules.deadlines import UNITS
from jinlin.kernel.ids import new_id


class SlaStage(models.Model):
    """How long a stage may take for an SLA class, from a day to a day, with the source of the figure."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sla_class = models.CharField(max_length=8)
    stage = models.CharField(max_length=12)
    amount = models.FloatField()
    unit = models.CharField(max_length=12, choices=[(unit, unit) for unit in UNITS])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sla_class", "stage"], condition=Q(valid_to__isnull=True), name="sla_one_current"
            ),
            models.CheckConstraint(condition=Q(unit__in=UNITS), name="sla_known_unit"),
        ]


class CalendarDay(models.Model):
    """A local day that differs from the national working calendar."""

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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region_code", "valid_from"], name="office_hours_once")
        ]
