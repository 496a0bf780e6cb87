"""The escalation ladder as dated, editable data, and what it opens about places and matters, never about people."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinlin.cases.models.timeline import Row
from jinlin.cases.rules import ladder as rules
from jinlin.cases.rules.deadlines import UNITS
from jinlin.kernel.ids import new_id

_OPEN = Q(valid_to__isnull=True)


class Rung(models.Model):
    """One rung: when it is reached, who is told, what opens; from a day to a day, with the source of the figure."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12)
    trigger = models.CharField(max_length=10)
    amount = models.FloatField()
    unit = models.CharField(max_length=12, default="working_day")
    stages = models.JSONField(default=list)  # stage codes; []: every stage
    tells = models.JSONField(default=list)
    does = models.CharField(max_length=12, default="", blank=True)
    answer_amount = models.FloatField(default=0)
    answer_unit = models.CharField(max_length=12, default="working_day")
    is_on = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day it no longer holds
    source = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=_OPEN, name="rung_one_current"),
            models.CheckConstraint(condition=Q(trigger__in=tuple(rules.TRIGGERS)), name="rung_known_trigger"),
            models.CheckConstraint(condition=Q(does__in=tuple(rules.DOES)), name="rung_known_deed"),
            models.CheckConstraint(
                condition=Q(unit__in=UNITS, answer_unit__in=UNITS), name="rung_known_unit"
            ),
            models.CheckConstraint(
                condition=_OPEN | Q(valid_to__gte=F("valid_from")), name="rung_ends_after_start"
            ),
        ]


class LadderRun(models.Model):
    """How far the ladder has come: one row, locked by whoever climbs, read by the doctor."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    finished_at = models.DateTimeField(null=True)
    month = models.DateField(null=True)  # the month whose frequent matters are being proposed
    county_done = models.CharField(max_length=12, default="")  # the last county of that month


class MonthlyTopic(Row):
    """每月一题: a frequent matter of last month, proposed by the count, taken up or left by the county's desk."""

    month = models.DateField()  # its first day
    category = models.ForeignKey("orgs.Category", on_delete=models.PROTECT, related_name="+")
    seen = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="candidate")  # candidate, adopted, left
    lead_unit = models.UUIDField(null=True)
    measures = models.TextField(default="")
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "month", "category"], name="topic_once_a_month"),
            models.CheckConstraint(
                condition=Q(state__in=("candidate", "adopted", "left")), name="topic_known_state"
            ),
        ]
