"""Slips 三单: what an office asks of a unit because of a warning, an issue or a season; never of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from jinlin.insight.models.scope import NOTHING, block_of, reading
from jinlin.insight.models.warning import Warning
from jinlin.insight.rules import words as w
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.people.access import Actor


class SlipQuerySet(ScopedQuerySet["Slip"]):
    """Reads of slips; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> SlipQuerySet:
        """Keep what an actor's unit sent or must answer, and what lies in the block of a desk or a leader."""
        if actor.kind == "system":
            return self.all()
        seen = NOTHING
        for post in reading(actor):
            if post.unit:
                seen |= Q(unit=post.unit) | Q(sender_unit=post.unit)
            area = block_of(post)
            if area is not None and post.span != "line":
                seen |= Q(**area)
        return self.filter(seen)


class Slip(models.Model):
    """One slip: kind, place, matter, what is asked, of which unit, by when; answered, taken or sent back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12, default="")
    place = models.CharField(max_length=15)  # a grid, a village, a town or the county
    number = models.CharField(max_length=16)  # for paper
    kind = models.CharField(max_length=12)
    field = models.CharField(max_length=40, default="")  # 分管领域: the leader's area, of that kind only
    title = models.CharField(max_length=80)
    words = models.TextField()
    category = models.ForeignKey("orgs.Category", null=True, on_delete=models.PROTECT, related_name="+")
    warning = models.ForeignKey(Warning, null=True, on_delete=models.PROTECT, related_name="slips")
    issue = models.UUIDField(null=True)  # a hot issue it came out of
    sender_unit = models.UUIDField()
    unit = models.UUIDField()  # must answer
    state = models.CharField(max_length=10, default=w.SENT)
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=14, default="")
    reminded_at = models.DateTimeField(null=True)  # told once in a round that it is late
    rounds = models.PositiveSmallIntegerField(default=1)
    is_demo = models.BooleanField(default=False)

    objects = SlipQuerySet.as_manager()
    unscoped: models.Manager[Slip] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["county", "state", "due_at", "id"], name="slip_due"),
            models.Index(fields=["unit", "state", "due_at"], name="slip_unit"),
            models.Index(fields=["sender_unit", "state", "due_at"], name="slip_sender"),
            models.Index(
                fields=["due_at"], condition=Q(state=w.SENT, reminded_at=None), name="slip_to_remind"
            ),
            models.Index(fields=["county", "issue"], condition=Q(issue__isnull=False), name="slip_issue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="slip_number"),
            models.CheckConstraint(condition=Q(kind__in=tuple(w.SLIPS)), name="slip_known_kind"),
            models.CheckConstraint(condition=Q(state__in=tuple(w.SLIP_STATES)), name="slip_known_state"),
            models.CheckConstraint(condition=Q(outcome__in=("", *w.OUTCOMES)), name="slip_known_outcome"),
            models.CheckConstraint(condition=~Q(unit=F("sender_unit")), name="slip_to_another_unit"),
        ]


class SlipStep(models.Model):
    """One step of a slip's life: sent, answered, returned, closed; what the offices wrote; by whom is in the audit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    slip = models.ForeignKey(Slip, on_delete=models.CASCADE, related_name="steps")
    seq = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=10)
    at = models.DateTimeField()
    unit = models.UUIDField()
    words = models.TextField(default="")
    outcome = models.CharField(max_length=14, default="")
    due_at = models.DateTimeField(null=True)
    by_account = models.UUIDField(null=True)  # so that nobody takes an answer of their own; shown to nobody

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["county", "slip", "seq"], name="slip_step_seq"),
            models.CheckConstraint(condition=Q(verb__in=tuple(w.SLIP_VERBS)), name="slip_step_known_verb"),
        ]
