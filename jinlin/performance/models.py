"""Counters: how much happened, and what is open; wide rows, a column for each measure, null standing for nothing.

A row is as wide as what was counted in it: most measures of most rows stay null and take no room. Rows are written by
`performance.actions` only, with statements of their own; no name and no case is in them.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import Q

from jinlin.kernel.ids import new_id
from jinlin.performance.rules.measures import FLOWS, GAUGES, LEDGER_SINCE

KEY: Final = ("county", "cut", "area", "day", "category", "line", "channel")


# What is open is asked for all due days at once, so there the day comes last; what happened is asked by days first.
OPEN_KEY: Final = ("county", "cut", "area", "category", "line", "channel", "day")


class Cell(models.Model):
    """What every counter hangs on: see `rules.cuts` for the cuts."""

    county = models.CharField(max_length=12)
    cut = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=15)  # county, town, or the smallest known place
    day = models.DateField()  # or the first of the month
    category = models.CharField(max_length=12)
    line = models.CharField(max_length=8)
    channel = models.CharField(max_length=8)

    class Meta:
        abstract = True


class Count(Cell):
    """How much happened on a day or in a month; measures: `rules.measures.FLOWS`."""

    pk = models.CompositePrimaryKey(*KEY)


class OpenCount(Cell):
    """How many cases are open, by due day; measures: `rules.measures.GAUGES`. Empty rows are swept away."""

    pk = models.CompositePrimaryKey(*OPEN_KEY)


for _name in FLOWS:
    models.IntegerField(null=True).contribute_to_class(Count, _name)
for _name in GAUGES:
    _kind: Any = models.BigIntegerField if _name == LEDGER_SINCE else models.IntegerField
    _kind(null=True).contribute_to_class(OpenCount, _name)


class WeightSet(models.Model):
    """A composite a deployer wants, published with its weights on the formula page; a new version for each change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=200)  # the document that decided it
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day it no longer holds

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="weights_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to__isnull=True), name="weights_one_current"
            ),
        ]


class Weight(models.Model):
    """One indicator's part in a composite, in thousandths."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    weights = models.ForeignKey(WeightSet, on_delete=models.CASCADE, related_name="parts")
    indicator = models.CharField(max_length=40)
    thousandths = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["weights", "indicator"], name="weight_once"),
            models.CheckConstraint(
                condition=Q(thousandths__gte=1, thousandths__lte=1000), name="weight_range"
            ),
        ]
