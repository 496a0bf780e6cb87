"""What residents say: passes without accounts, supports that count once, sheets of paper, answers to a follow-up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.initiatives.models.rows import HistoryQuerySet, Row
from jinlin.initiatives.models.spine import Initiative

PASS_KINDS = ("resident", "supervisor", "reviewer", "applicant")


class Pass(Row):
    """A link somebody keeps instead of an account; it opens what was done through it, or one seat, and nothing else.

    The secret part is made from the id by a key (`queries.passes.secret_of`) and stands in no table.
    """

    kind = models.CharField(max_length=10)
    initiative = models.ForeignKey(Initiative, null=True, on_delete=models.PROTECT, related_name="seats")
    round = models.ForeignKey("initiatives.Round", null=True, on_delete=models.PROTECT, related_name="seats")
    alias = models.CharField(max_length=20, default="", blank=True)  # "评审 03", "监理 1"
    conflict = models.CharField(max_length=8, default="")  # "", "none", "declared"
    conflict_text = models.CharField(max_length=200, default="", blank=True)
    signed_at = models.DateTimeField(null=True)  # a supervisor's signature under the acceptance
    signed_words = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seen_until = models.DateTimeField(null=True)  # news up to then have been read

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PASS_KINDS), name="pass_known_kind"),
        ]
        indexes = [
            models.Index(
                fields=["initiative"], condition=Q(initiative__isnull=False), name="pass_initiative"
            ),
            models.Index(fields=["round"], condition=Q(round__isnull=False), name="pass_round"),
        ]


class Support(Row):
    """One resident supports one item; the blind id is the same in the whole county, so that merges can't double it."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="supports")
    resident = models.BinaryField(max_length=16)
    passed = models.ForeignKey(Pass, null=True, on_delete=models.SET_NULL, related_name="supports")
    first = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="+"
    )  # the page it was given on, before merges
    channel = models.CharField(max_length=8)
    assisted_by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "initiative", "resident"], name="support_once_a_resident"
            ),
            models.CheckConstraint(
                condition=Q(channel="online", assisted_by__isnull=True)
                | Q(channel="assisted", assisted_by__isnull=False),
                name="support_known_channel",
            ),
        ]
        indexes = [models.Index(fields=["passed"], name="support_of_pass")]


class PaperTally(Row):
    """Supports on a sheet of paper: a number and a picture of the sheet, kept apart because nobody can compare it."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="+")
    count = models.IntegerField()  # a correction is a row with a minus
    note = models.CharField(max_length=120, default="", blank=True)
    photo = models.UUIDField(null=True)
    account = models.UUIDField()
    at = models.DateTimeField()

    objects: models.Manager[PaperTally] = HistoryQuerySet.as_manager()


class Answer(Row):
    """What one who proposed or supported says afterwards: done well, partly, not; once, may be changed."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="answers")
    passed = models.ForeignKey(Pass, null=True, on_delete=models.SET_NULL, related_name="answers")
    says = models.CharField(max_length=6)
    words = models.CharField(max_length=200, default="", blank=True)
    by_phone = models.BooleanField(default=False)  # asked by the community, of a resident without the link
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "passed"], condition=Q(passed__isnull=False), name="answer_once"
            ),
            models.CheckConstraint(condition=Q(says__in=("yes", "partly", "no")), name="answer_known"),
        ]
