"""Supervision 督办 and joint meetings 会办: what an office asks of another office, never of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from jinlin.cases.models.case import NOTHING, Case
from jinlin.cases.models.timeline import Row
from jinlin.cases.rules import oversight as rules
from jinlin.cases.rules import words
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.people.access import ActivePost, Actor


class SupervisionQuerySet(ScopedQuerySet["Supervision"]):
    """Reads of supervisions; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> SupervisionQuerySet:
        """Keep what an actor's unit opened or must answer, and what lies in the block of a desk or a leader."""
        if actor.kind == "system":
            return self.all()
        seen = NOTHING
        for post in actor.posts:
            seen |= _seen_by(post)
        return self.filter(seen)


def _seen_by(post: ActivePost) -> Q:
    if post.span not in ("block", "masked", "line"):
        return NOTHING
    own = (Q(unit=post.unit) | Q(opener_unit=post.unit)) if post.unit else NOTHING
    if post.span == "line":
        return own
    if post.level >= 4:
        width = 12 if post.level == 5 else 9
        head = post.place[:width]
        inside = Q(region__gte=head.ljust(12, "0"), region__lt=str(int(head) + 1).ljust(12, "0"))
        return own | Q(inside, county=post.place[:6] + "000000")
    if post.level == 3:
        return own | Q(county=post.place)
    return own  # a city reads what it asked or was asked itself, as with cases (domain.md 3)


class Supervision(Row):
    """督办: one office asks another for an answer about one or several late or unsolved cases, until a day."""

    code = models.CharField(max_length=16)
    kind = models.CharField(max_length=10)
    cause = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default=rules.WAITING)
    is_open = models.BooleanField(default=True)
    unit = models.UUIDField()  # must answer
    region = models.CharField(max_length=12)  # of that unit
    opener_unit = models.UUIDField()
    opened_by = models.UUIDField(null=True)  # null: the ladder
    opened_at = models.DateTimeField()
    reason = models.TextField()
    due_at = models.DateTimeField()
    talk_at = models.DateTimeField(null=True)  # of an interview 约谈
    case_count = models.PositiveSmallIntegerField(default=0)
    answer_count = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closing = models.TextField(default="")
    is_demo = models.BooleanField(default=False)

    objects = SupervisionQuerySet.as_manager()
    unscoped: models.Manager[Supervision] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["county", "is_open", "due_at", "id"], name="supervision_due"),
            models.Index(fields=["unit", "is_open", "due_at"], name="supervision_unit"),
            models.Index(fields=["opener_unit", "is_open", "due_at"], name="supervision_opener"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="supervision_code"),
            models.CheckConstraint(condition=Q(kind__in=tuple(rules.KINDS)), name="supervision_known_kind"),
            models.CheckConstraint(
                condition=Q(state__in=tuple(rules.STATES)), name="supervision_known_state"
            ),
            models.CheckConstraint(condition=~Q(unit=F("opener_unit")), name="supervision_of_another_unit"),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at=None) | Q(is_open=False, closed_at__isnull=False),
                name="supervision_closed_at",
            ),
        ]
        ordering = ["-opened_at", "id"]


class SupervisedCase(Row):
    """One case of a supervision; a case is under one open supervision of a kind at a time."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="matters")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervised_by")
    kind = models.CharField(max_length=10)
    is_open = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["case", "is_open"], name="supervised_case")]
        constraints = [
            models.UniqueConstraint(fields=["county", "supervision", "case"], name="supervised_case_once"),
            models.UniqueConstraint(
                fields=["county", "case", "kind"], condition=Q(is_open=True), name="supervised_once_by_kind"
            ),
        ]


class SupervisionAnswer(Row):
    """What the unit answered, and whether the office that asked took it; two different people."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="answers")
    seq = models.PositiveSmallIntegerField()
    words = models.TextField()  # between the offices
    public = models.TextField(default="")  # the residents of the cases read this
    by_account = models.UUIDField(null=True)
    by_unit = models.UUIDField(null=True)
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "supervision", "seq"], name="supervision_answer_seq"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("by_account")),
                name="supervision_two_people",
            ),
        ]
        ordering = ["seq"]


class JointMeeting(Row):
    """会办: the units of a case that goes in circles sit down; what comes of it fixes lead and assist."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=8)  # joint, office
    cause = models.CharField(max_length=10)
    reason = models.TextField(default="")
    convener_unit = models.UUIDField()
    invited = models.JSONField(default=list)  # ids of units
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    held_on = models.DateField(null=True)
    outcome = models.TextField(default="")
    lead_unit = models.UUIDField(null=True)
    assists = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)
    is_held = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="meeting_case"),
            models.Index(fields=["county", "due_at"], condition=Q(closed_at=None), name="meeting_open_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "case"], condition=Q(closed_at=None), name="meeting_one_open"
            ),
            models.CheckConstraint(condition=Q(kind__in=tuple(words.MEETINGS)), name="meeting_known_kind"),
        ]
