"""Season plans 未诉先办: what is done before the season brings the same matter again; templates to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from jinlin.insight.models.scope import NOTHING, block_of, reading
from jinlin.insight.rules import words as w
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.people.access import Actor


class PlanTemplate(models.Model):
    """A season to start a plan from: topic, matters, when it comes, what is to be done; "" is every county."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, default="", blank=True)
    code = models.CharField(max_length=16)
    topic = models.CharField(max_length=40)
    categories = models.JSONField(default=list)  # leaf codes whose cases it is about
    season = models.CharField(max_length=5)  # "MM-DD": the season begins
    days = models.PositiveSmallIntegerField()  # and lasts
    lead_days = models.PositiveSmallIntegerField()  # work begins so many days before
    items = models.JSONField(default=list)  # sentences of the check list
    source = models.CharField(max_length=120, default="")
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "code"], name="plan_template_once")]


class PlanQuerySet(ScopedQuerySet["Plan"]):
    """Reads of plans; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> PlanQuerySet:
        """Keep what an actor's unit leads or made, and what lies in or above the block of a desk or a leader."""
        if actor.kind == "system":
            return self.all()
        seen = NOTHING
        for post in reading(actor):
            if post.unit:
                seen |= Q(lead_unit=post.unit) | Q(made_unit=post.unit)
            area = block_of(post)
            if area is None or post.span == "line":
                continue
            seen |= Q(**area)
            if post.level >= 4:  # the county's plan, and the town's, hold for the village too
                wider = Q(town="") | Q(town=post.place[:9] + "000", village="")
                seen |= Q(wider, county=post.place[:6] + "000000")
        return self.filter(seen)


class Plan(models.Model):
    """One plan: topic, region, lead unit, when the season begins, what is to be done before; no person in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12, default="")
    region = models.CharField(max_length=12)
    template = models.CharField(max_length=16, default="")  # its code, if it was started from one
    topic = models.CharField(max_length=40)
    categories = models.JSONField(default=list)
    lead_unit = models.UUIDField()
    made_unit = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    starts_on = models.DateField()  # of the season
    ends_on = models.DateField()
    remind_on = models.DateField()  # work begins: the lead unit is told
    reminded_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default=w.PLANNED)
    ended_at = models.DateTimeField(null=True)
    result = models.TextField(default="")
    is_demo = models.BooleanField(default=False)

    objects = PlanQuerySet.as_manager()
    unscoped: models.Manager[Plan] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["county", "state", "starts_on", "id"], name="plan_season"),
            models.Index(fields=["lead_unit", "state", "starts_on"], name="plan_lead"),
            models.Index(
                fields=["remind_on"],
                condition=Q(state=w.PLANNED, reminded_at=None),
                name="plan_to_remind",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=tuple(w.PLAN_STATES)), name="plan_known_state"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), remind_on__lte=F("starts_on")), name="plan_dates"
            ),
        ]


class PlanItem(models.Model):
    """One line of the check list, ticked by the lead unit with what was done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=120)
    done_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, default="")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["county", "plan", "order"], name="plan_item_order")]
