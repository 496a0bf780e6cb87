"""Plans in versions, their parts, and payments recorded; whole fen."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinlin.initiatives.models.rows import HistoryQuerySet, Row
from jinlin.initiatives.models.spine import Initiative


class Plan(Row):
    """One version of a plan: the grant it adds up to, and why it replaced the one before."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    granted_fen = models.BigIntegerField()
    reason = models.CharField(max_length=200, default="", blank=True)
    account = models.UUIDField(null=True)
    at = models.DateTimeField()

    objects: models.Manager[Plan] = HistoryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "version"], name="plan_version_once")]


class Milestone(Row):
    """One part of a plan: what is to be done by when, what is paid for it, its evidence and who accepted that."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="milestones")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField(default=1)
    due = models.DateField()
    planned_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    evidence_wanted = models.CharField(max_length=120, default="", blank=True)
    evidence = models.TextField(default="", blank=True)
    photo = models.UUIDField(null=True)
    submitted_by = models.CharField(max_length=80, default="", blank=True)
    submitted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=80, default="", blank=True)
    accepted_at = models.DateTimeField(null=True)
    returned_text = models.CharField(max_length=200, default="", blank=True)
    is_live = models.BooleanField(default=True)  # of the current version

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "number"], condition=Q(is_live=True), name="milestone_number"
            ),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0) & Q(paid_fen__lte=F("planned_fen")),
                name="milestone_paid_in_plan",
            ),
            models.CheckConstraint(
                condition=Q(paid_fen=0) | Q(accepted_at__isnull=False), name="milestone_paid_after_acceptance"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by="") | (~Q(submitted_by="") & ~Q(accepted_by=F("submitted_by"))),
                name="milestone_accepted_by_another",
            ),
        ]


class Payment(Row):
    """Money that moved elsewhere, recorded with its receipt; a wrong one is taken back by a row with a minus."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="+")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField()
    receipt = models.CharField(max_length=60)
    account = models.UUIDField(null=True)
    at = models.DateTimeField()

    objects: models.Manager[Payment] = HistoryQuerySet.as_manager()
