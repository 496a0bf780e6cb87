"""The log of the nightly jobs, in sentences a person can read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.insight.rules import words as w
from jinlin.kernel.ids import new_id


class Run(models.Model):
    """One run of a job: when, how far, what it found, or why it stopped; `lines` holds [iso moment, sentence]."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, default="")  # "": of the whole node
    job = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default="running")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    lines = models.JSONField(default=list)
    figures = models.JSONField(default=dict)  # what it counted, for a page to draw

    class Meta:
        indexes = [
            models.Index(fields=["county", "-started_at"], name="run_county"),
            models.Index(fields=["job", "-started_at"], name="run_job"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(job__in=tuple(w.JOBS)), name="run_known_job"),
            models.CheckConstraint(condition=Q(state__in=tuple(w.RUN_STATES)), name="run_known_state"),
        ]
