"""Everything that happened to a case: events, handovers, clocks, checks, answers, requests, links."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.cases.models.case import Case
from jinlin.kernel import clock
from jinlin.kernel.ids import new_id


class Row(models.Model):
    """A row that hangs on a case and carries its county."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)

    class Meta:
        abstract = True


class CaseEvent(Row):
    """One step of the timeline, append-only and chained per case; the one source for resident, desk and audit."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    made_at = models.DateTimeField()  # the actor's own clock: an offline tap keeps its time
    actor_kind = models.CharField(max_length=8)
    role = models.CharField(max_length=20, default="")
    unit = models.UUIDField(null=True)
    unit_name = models.CharField(max_length=80, default="")
    account = models.UUIDField(null=True)
    from_state = models.CharField(max_length=12, default="")
    to_state = models.CharField(max_length=12, default="")
    reason_code = models.CharField(max_length=20, default="")
    words = models.TextField(default="")  # the resident reads this
    note = models.TextField(default="")  # the office reads this
    target_name = models.CharField(max_length=160, default="")  # to whom it went
    facts = models.JSONField(default=dict)  # what is counted from it, see `rules.standing`
    prev_hash = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "case", "seq"], name="event_seq")]
        ordering = ["seq"]


class Handover(Row):
    """One passing of the case from unit to unit: down 派, up 报, across 转; lead 主办 or assist 协办."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    seq = models.PositiveIntegerField()
    direction = models.CharField(max_length=8)
    part = models.CharField(max_length=8, default="lead")
    from_unit = models.UUIDField(null=True)
    to_unit = models.UUIDField(null=True)
    to_level = models.PositiveSmallIntegerField()
    reason = models.TextField(default="")
    by_account = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    answer = models.CharField(max_length=10, default="")  # accepted, objected, returned, recalled, done
    answered_at = models.DateTimeField(null=True)
    answer_reason = models.TextField(default="")
    is_final = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "case"],
                condition=Q(is_open=True, part="lead"),
                name="handover_one_open_lead",
            ),
        ]
        indexes = [
            models.Index(fields=["to_unit", "part", "case"], condition=Q(is_open=True), name="handover_open"),
            models.Index(fields=["to_unit", "case"], name="handover_unit_case"),
            models.Index(fields=["case", "seq"], name="handover_case"),
        ]
        ordering = ["seq"]


class Clock(Row):
    """One running deadline of a stage or milestone; keeps what it was counted from, so that it can be explained."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    stage = models.CharField(max_length=12)
    name = models.CharField(max_length=24, default="")  # of a milestone
    amount = models.FloatField()
    unit = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    counted = models.JSONField(default=list)  # ISO dates
    extended_days = models.PositiveSmallIntegerField(default=0)
    extended_times = models.PositiveSmallIntegerField(default=0)
    pauses = models.PositiveSmallIntegerField(
        default=0
    )  # how often it stood still; the spans are rows of `Pause`
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=20, default="")  # verb of the move
    is_late = models.BooleanField(default=False)
    look_at = models.DateTimeField(
        null=True, default=clock.now
    )  # when the ladder looks next; null: never again

    class Meta:
        indexes = [
            models.Index(fields=["case", "stopped_at"], name="clock_case"),
            # The ladder asks for the whole node what is due a look: running clocks only, so it stays small.
            models.Index(
                fields=["look_at"],
                condition=Q(stopped_at=None, paused_at=None, look_at__isnull=False),
                name="clock_look",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "case", "stage"], condition=Q(stopped_at=None), name="clock_one_running"
            )
        ]


class Pause(Row):
    """A span in which the clocks of a case stood still: why, until when it was granted, and how long at most."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=12)  # suspension, ledger
    why = models.CharField(max_length=12)  # code of a ceiling
    started_at = models.DateTimeField()
    until = models.DateField(null=True)
    ceiling_at = models.DateTimeField()  # from here on the clocks run by themselves
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, default="")  # resume, ceiling, end

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="pause_case"),
            models.Index(fields=["ceiling_at"], condition=Q(ended_at=None), name="pause_ceiling"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "case"], condition=Q(ended_at=None), name="pause_one_open"
            ),
        ]


class Verification(Row):
    """Somebody other than the handler looked: on the spot or by document."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verifications")
    at = models.DateTimeField()
    by_account = models.UUIDField(null=True)
    by_unit = models.UUIDField(null=True)
    on_spot = models.BooleanField(default=False)
    passed = models.BooleanField()
    exempt = models.BooleanField(default=False)
    words = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["case"], name="verification_case")]


class FollowUp(Row):
    """Solved? and satisfied?, asked by somebody who did not handle it, or answered by the resident."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    planned_on = models.DateField()
    is_dynamic = models.BooleanField(default=False)  # again after 7, 30, 90 days where a matter recurs
    answered_at = models.DateTimeField(null=True)
    solved = models.CharField(max_length=8, default="")
    satisfied = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(default="")
    by_reporter = models.BooleanField(default=False)
    campaign = models.ForeignKey(
        "cases.Campaign", null=True, on_delete=models.PROTECT, related_name="asked"
    )  # asked in a drive of calls
    kept_on = models.DateField(null=True)  # the day it was planned for before a drive took it over
    by_account = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="followup_case"),
            models.Index(fields=["county", "answered_at", "planned_on"], name="followup_planned"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfied__isnull=True) | Q(satisfied__gte=1, satisfied__lte=5),
                name="followup_scale",
            )
        ]


class Approval(Row):
    """A request that a second person decides: extension, suspension, ledger, exemption, beyond power."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=12)
    reason = models.TextField()
    why = models.CharField(max_length=12, default="")  # of a pause: code of its ceiling
    days = models.PositiveSmallIntegerField(null=True)
    until = models.DateField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_unit = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["case"], name="approval_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "case"], condition=Q(decided_at=None), name="approval_one_pending"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="approval_two_people",
            ),
        ]


class CaseLink(Row):
    """Duplicate of, part of, repeat of, caused by."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=10)
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked_from")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "case", "kind", "other"], name="link_once")]
