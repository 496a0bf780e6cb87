"""Rounds, the sealed sheet of who applies, and blind reviews."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinlin.initiatives.models.rows import Placed, Row
from jinlin.initiatives.models.spine import Initiative
from jinlin.initiatives.models.voices import Pass
from jinlin.kernel import crypto


class Round(Placed):
    """A venture programme (公益创投) or a collection of wishes: its call, its days, its cap and its public criteria."""

    kind = models.CharField(max_length=8, default="venture")
    name = models.CharField(max_length=60)
    call = models.TextField()
    needs = models.TextField(default="", blank=True)  # the needs list, one a line
    fund_source = models.CharField(max_length=120, default="", blank=True)
    opens_on = models.DateField()
    closes_on = models.DateField()  # the last day to apply
    review_until = models.DateField()
    cap_fen = models.BigIntegerField()
    per_organisation = models.PositiveSmallIntegerField(default=1)
    criteria = models.JSONField(default=list)  # [{code, name, weight}], public
    criteria_version = models.PositiveSmallIntegerField(default=1)
    host_unit = models.UUIDField()
    closed_at = models.DateTimeField(null=True)  # the review is over, scores may be read
    entries_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    account = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")) & Q(review_until__gte=F("closes_on")),
                name="round_days_in_order",
            ),
            models.CheckConstraint(condition=Q(cap_fen__gte=0), name="round_cap_positive"),
        ]
        indexes = [models.Index(fields=["county", "-opens_on"], name="round_newest")]


class Applicant(models.Model):
    """Who applies: sealed, apart from the project, under a permission of its own; never read by the blind room."""

    initiative = models.OneToOneField(
        Initiative, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    county = models.CharField(max_length=12)
    sheet = models.BinaryField()  # sealed JSON: organisation, contact, phone, names
    organisation_index = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["county", "organisation_index"], name="applicant_org")]

    def opened(self) -> str:
        """Unseal the sheet (JSON text)."""
        return crypto.open_sealed(bytes(self.sheet), aad=self.aad(self.initiative_id))

    @staticmethod
    def aad(initiative_id: object) -> str:
        """Bind the sheet to its project."""
        return f"initiatives_applicant|{initiative_id}|sheet"


class Review(Row):
    """One reviewer's view of one project, sealed until the round is closed; a declared conflict takes it away."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reviews")
    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Pass, on_delete=models.PROTECT, related_name="reviews")
    conflict = models.CharField(
        max_length=8, default=""
    )  # "", "none", "declared": asked before the text opens
    conflict_text = models.CharField(max_length=200, default="", blank=True)
    declared_at = models.DateTimeField(null=True)
    scores = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # of the project
    recommendation = models.CharField(max_length=8, default="", blank=True)
    words = models.TextField(default="", blank=True)
    submitted_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "reviewer"], name="review_once"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(conflict="none"), name="review_without_conflict"
            ),
        ]
        indexes = [models.Index(fields=["round", "reviewer"], name="review_of_reviewer")]
