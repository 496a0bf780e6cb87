"""Hot issues: what many people of a place tell of, as counted last night; a headline, counts, places, cases to drill to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from jinlin.insight.models.scope import NOTHING, block_of, reading
from jinlin.insight.rules import words as w
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.people.access import Actor


class HotIssueQuerySet(ScopedQuerySet["HotIssue"]):
    """Reads of hot issues; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> HotIssueQuerySet:
        """Keep what touches the block of a desk or a leader; a department those with a case that passed through it."""
        if actor.kind == "system":
            return self.all()
        seen = NOTHING
        for post in reading(actor):
            area = block_of(post)
            if area is None:
                continue
            if post.span == "line":
                passed = HotCase.objects.filter(issue=OuterRef("pk"), case__handovers__to_unit=post.unit)
                seen |= Q(Exists(passed), county__gte=area.get("county__gte", area.get("county", "")))
            elif post.level >= 4:
                seen |= Q(
                    Exists(HotPlace.objects.filter(issue=OuterRef("pk"), **area)), county=area["county"]
                )
            else:
                seen |= Q(**area)
        return self.filter(seen)


class HotIssue(models.Model):
    """One matter at one place that at least five people tell of; no words of theirs but a masked headline.

    `centre` is the case whose title became the headline: who may not read it sees place and category instead.
    `town`, `village` are empty where the places lie in several. `weekly` counts messages of twelve weeks up to `last_day`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12, default="")
    category = models.ForeignKey("orgs.Category", null=True, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    headline = models.CharField(max_length=80)
    heat = models.FloatField()
    reporters = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    weekly = models.JSONField(default=list)
    counted_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    objects = HotIssueQuerySet.as_manager()
    unscoped: models.Manager[HotIssue] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [models.Index(fields=["county", "-heat", "id"], name="hot_heat")]
        constraints = [models.CheckConstraint(condition=Q(reporters__gte=w.FLOOR), name="hot_floor")]


class HotPlace(models.Model):
    """One village of a hot issue and how many messages came from it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    issue = models.ForeignKey(HotIssue, on_delete=models.CASCADE, related_name="places")
    town = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    messages = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["county", "village"], name="hot_place_village"),
            models.Index(fields=["county", "town"], name="hot_place_town"),
        ]
        constraints = [models.UniqueConstraint(fields=["county", "issue", "village"], name="hot_place_once")]


class HotCase(models.Model):
    """One case of a hot issue."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    issue = models.ForeignKey(HotIssue, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["county", "case"], name="hot_case")]
        constraints = [models.UniqueConstraint(fields=["county", "issue", "case"], name="hot_case_once")]
