"""Counters kept with every deed, so that the figures of a year cost the same however much was held in it."""

from __future__ import annotations

from django.db import models

from jinlin.kernel.ids import new_id


class MonthCount(models.Model):
    """How much happened in a community in a month, by name (`rules.counting.NAMES`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    month = models.DateField()  # its first day, on the wall
    name = models.CharField(max_length=12)
    n = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "month", "name", "town", "village"], name="month_count_once"
            )
        ]
