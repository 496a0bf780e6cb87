"""Tables of what was told: one notice per unit, thing and rung; digests; quiet hours as dated data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet
from jinlin.people.rules import role_may

if TYPE_CHECKING:
    from uuid import UUID

    from jinlin.people.access import Actor

LIVE = Q(ended_at=None)


def units_told(actor: Actor) -> list[UUID]:
    """Return the units whose box an actor reads: where a post of theirs looks after it."""
    return [post.unit for post in actor.posts if post.unit and role_may(post.role, "notice.view")]


class NoticeQuerySet(ScopedQuerySet["Notice"]):
    """Reads of notices."""

    def visible_to(self, actor: Actor) -> NoticeQuerySet:
        """Keep what was told to the actor's units; what was told to a grid is read by the grid's own posts only."""
        if actor.kind == "system":
            return self.all()
        grids = [post.place for post in actor.posts if post.span == "grid"]
        box = Q(unit__in=units_told(actor), grid="")
        return self.filter(box | Q(grid__in=grids, county__in={grid[:6] + "000000" for grid in grids}))


class DigestQuerySet(ScopedQuerySet["Digest"]):
    """Reads of digests."""

    def visible_to(self, actor: Actor) -> DigestQuerySet:
        """Keep the digests of the units an actor's posts look after."""
        return self.all() if actor.kind == "system" else self.filter(unit__in=units_told(actor))


class QuietHours(models.Model):
    """When a region's units are told nothing, from a day on; "" is everywhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=12, default="", blank=True)
    starts = models.TimeField()
    ends = models.TimeField()
    days_off = models.BooleanField(default=True)
    urgent = models.JSONField(default=list)  # SLA classes that wait for nothing
    valid_from = models.DateField()
    source = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region_code", "valid_from"], name="quiet_hours_once")]


class Digest(models.Model):
    """What one unit was told at once: at most one in a working half-day, beside what can't wait."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    unit = models.UUIDField()
    slot = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    is_urgent = models.BooleanField(default=False)
    coming = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)  # the unit has it; by whom is not kept
    waits_outside = models.BooleanField(default=False)  # to be sent by the adapter, if one is set
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects = DigestQuerySet.as_manager()
    unscoped: models.Manager[Digest] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["unit", "-made_at"], name="digest_unit"),
            models.Index(fields=["made_at"], condition=Q(waits_outside=True), name="digest_outside"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "unit", "slot"], name="digest_one_a_half_day")
        ]


class Notice(models.Model):
    """One thing one unit is told once: `ref` is the clock, supervision, meeting, task or topic it is about."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    unit = models.UUIDField()
    grid = models.CharField(max_length=15, default="")  # told to whoever works this grid, in their own list
    audience = models.CharField(max_length=8, default="desk")
    rung = models.CharField(max_length=12)
    ref = models.UUIDField()
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, default="")
    due_at = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    digest = models.ForeignKey(Digest, null=True, on_delete=models.PROTECT, related_name="notices")
    done_at = models.DateTimeField(null=True)  # the unit says it is on it; by whom is not kept
    ended_at = models.DateTimeField(null=True)  # nothing to be told any more

    objects = NoticeQuerySet.as_manager()
    unscoped: models.Manager[Notice] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["made_at"], condition=LIVE & Q(digest=None), name="notice_waiting"),
            models.Index(fields=["unit", "made_at"], condition=LIVE, name="notice_box"),
            models.Index(fields=["county", "grid"], condition=LIVE & ~Q(grid=""), name="notice_grid"),
            models.Index(fields=["case"], condition=LIVE, name="notice_case"),
            models.Index(fields=["ref"], condition=LIVE, name="notice_ref"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "unit", "ref", "rung", "grid"], name="notice_never_twice"
            )
        ]


class PersonalNotice(models.Model):
    """That one member of staff has something to look at; what it is stands in no column, only where to look."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    account = models.UUIDField()
    about = models.CharField(max_length=12)
    ref = models.UUIDField()
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], condition=Q(seen_at=None), name="notice_personal")]
        constraints = [
            models.UniqueConstraint(fields=["county", "account", "ref"], name="notice_personal_once")
        ]
