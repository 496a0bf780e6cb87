"""Counters kept with every move, so that no page and no board counts rows; and dated figures an administrator may set."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.initiatives.models.rows import Placed, Row


class Standing(Placed):
    """How many items of a kind stand in a stage in a place now."""

    kind = models.CharField(max_length=8)
    stage = models.CharField(max_length=10)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "town", "village", "kind", "stage"], name="standing_once"
            ),
        ]


class Counted(Placed):
    """How much happened in a place in a month, by name (`rules.counting`)."""

    month = models.DateField()  # its first day
    name = models.CharField(max_length=24)
    n = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "month", "name", "town", "village"], name="counted_once"
            ),
        ]


class Figure(Row):
    """A number of this room from a day on, for a county or ("") everywhere: days of notice, caps, waiting times."""

    name = models.CharField(max_length=24)
    value = models.BigIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "name", "valid_from"], name="figure_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="figure_not_negative"),
        ]
