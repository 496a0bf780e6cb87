"""Going out to ask: visits that brought matters, and drives of follow-up calls; both are of places, never of who went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from jinlin.cases.models.case import NOTHING
from jinlin.cases.models.timeline import Row
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.people.access import ActivePost, Actor


class Visit(Row):
    """One 走访 (or talk at a parlour) at which matters were said; no household, no worker, no moment of the day."""

    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12, default="")
    channel = models.CharField(max_length=8, default="visit")
    on = models.DateField()
    matters = models.PositiveSmallIntegerField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["county", "on"], name="visit_day")]
        constraints = [
            models.CheckConstraint(condition=Q(matters__gte=1), name="visit_brought_something"),
        ]


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    """Reads of campaigns."""

    def visible_to(self, actor: Actor) -> CampaignQuerySet:
        """Keep what lies in the block of a desk, a leader or a supervisor."""
        if actor.kind == "system":
            return self.all()
        seen = NOTHING
        for post in actor.posts:
            seen |= _seen_by(post)
        return self.filter(seen)


def _seen_by(post: ActivePost) -> Q:
    if post.span not in ("block", "masked"):
        return NOTHING
    width = {1: 2, 2: 4, 3: 6, 4: 9}.get(post.level, 12)
    low = post.place[:width]
    return Q(area__gte=low.ljust(12, "0"), area__lt=str(int(low) + 1).ljust(12, "0"))


class Campaign(Row):
    """A drive of follow-up calls 集中回访: closed cases of an area, a matter and a period are asked about again."""

    code = models.CharField(max_length=16)
    title = models.CharField(max_length=60)
    area = models.CharField(max_length=12)
    category = models.CharField(max_length=12, default="")  # code of a leaf or of a branch; "" is any
    closed_from = models.DateField()
    closed_to = models.DateField()
    unit = models.UUIDField(null=True)
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    chosen = models.PositiveIntegerField(default=0)
    is_demo = models.BooleanField(default=False)

    objects = CampaignQuerySet.as_manager()
    unscoped: models.Manager[Campaign] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [models.Index(fields=["area", "-opened_at"], name="campaign_area")]
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="campaign_code"),
            models.CheckConstraint(
                condition=Q(closed_to__gte=models.F("closed_from")), name="campaign_period"
            ),
        ]
