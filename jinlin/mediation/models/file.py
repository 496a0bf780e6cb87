"""The file, its parties, mediators, papers, steps and reminders.

Plain columns hold codes, days and ids only. `words_sealed` is one encrypted JSON object per row, tied to the row; the
case a file hangs on lies inside it too, so that not even a copy of the database links the two.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from jinlin.kernel import crypto
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet
from jinlin.mediation.rules import words as w

if TYPE_CHECKING:
    from jinlin.people.access import Actor


class SealedRow(models.Model):
    """A row whose words are sealed as a whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    words_sealed = models.BinaryField(null=True)

    class Meta:
        abstract = True

    def _aad(self) -> str:
        return f"{self._meta.db_table}|{self.pk}|words"

    def seal(self, **words: Any) -> None:
        """Seal these words in place of the earlier ones; the caller saves the row."""
        self.words_sealed = crypto.seal(json.dumps(words, ensure_ascii=False), aad=self._aad())

    def opened(self) -> dict[str, Any]:
        """Return the words; {} when there were none or all was erased. Called by `actions.reading` and steps only."""
        if not self.words_sealed:
            return {}
        found: dict[str, Any] = json.loads(crypto.open_sealed(self.words_sealed, aad=self._aad()))
        return found


class MediationQuerySet(ScopedQuerySet["Mediation"]):
    """Reads of files; the only condition on who may know of one is `visible_to`."""

    def visible_to(self, actor: Actor) -> MediationQuerySet:
        """Keep the files an actor is a mediator on, while they hold a mediator's post of their own there.

        Nobody else: no administrator, no superior, no stand-in, not the system.
        """
        counties = {
            post.place[:6] + "000000"
            for post in actor.posts
            if post.role == "mediator" and post.acting_for is None
        }
        if actor.kind != "staff" or actor.account_id is None or not counties:
            return self.filter(pk__in=())
        mine = Member.objects.filter(account=actor.account_id, ended_at=None).values("mediation_id")
        return self.filter(county__in=counties, pk__in=mine)


class Mediation(SealedRow):
    """One dispute in the hands of mediators; sealed: title, facts, the case it hangs on."""

    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12, default="")
    unit = models.UUIDField(null=True)
    number = models.CharField(max_length=16)
    kind = models.CharField(max_length=12)
    origin = models.CharField(max_length=12)
    stage = models.CharField(max_length=16, default=w.OPENED)
    outcome = models.CharField(max_length=12, default="")
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    accepted_on = models.DateField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True)
    agreed_on = models.DateField(null=True)
    perform_on = models.DateField(null=True)
    visit_due_on = models.DateField(null=True)
    court_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    filed_on = models.DateField(null=True)
    keep_until = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    objects = MediationQuerySet.as_manager()
    unscoped: models.Manager[Mediation] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="mediation_number"),
            models.CheckConstraint(condition=Q(stage__in=tuple(w.STAGES)), name="mediation_known_stage"),
            models.CheckConstraint(
                condition=Q(stage=w.FILED, filed_on__isnull=False) | ~Q(stage=w.FILED) & Q(filed_on=None),
                name="mediation_filed_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "agreed_on"], name="mediation_settled"),
            models.Index(fields=["due_on"], condition=Q(ended_on=None), name="mediation_clock"),
            models.Index(
                fields=["keep_until"], condition=Q(erased_at=None) & ~Q(keep_until=None), name="mediation_age"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Member(SealedRow):
    """A mediator on a file; with `ended_at` they see nothing of it any more. Sealed: the reason of a conflict."""

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="members")
    account = models.UUIDField()
    role = models.CharField(max_length=8, default="member")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    has_conflict = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "mediation", "account"], name="mediation_member_once")
        ]
        indexes = [models.Index(fields=["account"], condition=Q(ended_at=None), name="mediation_member_on")]


class Party(SealedRow):
    """Somebody the dispute is between; sealed: what they are called, how to reach them, who stands in."""

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="parties")
    seq = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=12)
    consented_on = models.DateField(null=True)
    told_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "mediation", "seq"], name="mediation_party_seq")
        ]


class Doc(SealedRow):
    """One paper in one slot; sealed: what it says. Pictures of it are sealed files that it owns."""

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="docs")
    slot = models.CharField(max_length=16)
    seq = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, null=True, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    by_account = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    pictures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "mediation", "seq"], name="mediation_doc_seq"),
            models.CheckConstraint(condition=Q(slot__in=tuple(w.SLOT)), name="mediation_doc_slot"),
        ]


class Step(SealedRow):
    """What happened, in order; only ever added. Sealed: the note."""

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="steps")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=12)
    stage = models.CharField(max_length=16)
    at = models.DateTimeField()
    by_account = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "mediation", "seq"], name="mediation_step_seq")
        ]


class Reminder(models.Model):
    """The mediators of a file were reminded of one day; once, however often or late the job runs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=8)
    on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "mediation", "kind", "on"], name="mediation_reminded_once"
            )
        ]
