"""The standards table: which facility within how many minutes and metres, with its source and how sure we are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.circle.rules.words import MARKS
from jinlin.kernel.ids import new_id


class StandardVersion(models.Model):
    """One edition of the table; an edit makes the next one, results name the one they used."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day it no longer holds
    made_at = models.DateTimeField()

    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="standard_one_current"
            )
        ]


class Requirement(models.Model):
    """One row: a facility, its tier, and the rules a way to it is judged by; each mark says where a figure is from.

    Marks: r read in the source named, K believed and to be checked against the official text, D decided here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="rows")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    tier = models.CharField(max_length=5)
    minutes = models.FloatField(null=True)  # time rule; null: none
    metres = models.FloatField(null=True)  # distance rule; null: none
    either = models.BooleanField(default=False)  # one of the two rules is enough
    assessed = models.BooleanField(default=True)  # false: not a matter of walking
    size = models.CharField(max_length=60, blank=True)
    serves = models.CharField(max_length=40, blank=True)
    need = models.CharField(max_length=3)
    rural = models.CharField(max_length=40, blank=True)
    mark_metres = models.CharField(max_length=1)
    mark_size = models.CharField(max_length=1, blank=True)
    mark_serves = models.CharField(max_length=1, blank=True)
    mark_need = models.CharField(max_length=1)
    source = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="requirement_once"),
            models.CheckConstraint(condition=Q(mark_metres__in=MARKS), name="requirement_known_mark"),
        ]
