"""Warnings: a matter at a place, or at neighbouring places, that says more than was to be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from jinlin.insight.models.scope import NOTHING, block_of, reading
from jinlin.insight.rules import words as w
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.people.access import Actor


class WarningQuerySet(ScopedQuerySet["Warning"]):
    """Reads of warnings; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> WarningQuerySet:
        """Keep what touches the block of a desk or a leader, and what a department was sent a slip about."""
        if actor.kind == "system":
            return self.all()
        seen = NOTHING
        for post in reading(actor):
            area = block_of(post)
            if post.span == "line" and post.unit:
                slips = apps.get_model("insight", "Slip").unscoped
                sent = slips.filter(warning=OuterRef("pk"), unit=post.unit)
                seen |= Q(Exists(sent))
            elif area is not None and post.span != "line" and post.level >= 4:
                touched = WarningPlace.objects.filter(warning=OuterRef("pk"), **area)
                seen |= Q(Exists(touched), county=area["county"])
            elif area is not None and post.span != "line":
                seen |= Q(**area)
        return self.filter(seen)


class Warning(models.Model):
    """One warning 预警: what was seen, what was to be expected, in which window, by which method; no text, no person.

    `observed` counts what different people said (several words of one person count once); `expected` is events.
    `town` and `village` are empty where the places lie in several of them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12, default="")
    centre = models.CharField(max_length=15)  # the place with most in excess: a grid or a village
    category = models.ForeignKey("orgs.Category", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=8)
    observed = models.PositiveIntegerField()
    reporters = models.PositiveIntegerField()
    expected = models.FloatField()
    window_days = models.PositiveSmallIntegerField()
    last_day = models.DateField()  # the last day of the window
    score = models.FloatField()
    neighbours = models.PositiveSmallIntegerField(default=0)  # places beside the centre
    raised_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True)
    extensions = models.PositiveSmallIntegerField(default=0)  # later nights on which it went on
    first_day = models.DateField()  # the first day of the first window
    before = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="later")
    state = models.CharField(max_length=10, default=w.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_unit = models.UUIDField(null=True)
    decided_observed = models.PositiveIntegerField(null=True)  # as it stood then
    dismissal = models.CharField(max_length=8, default="")
    reason = models.TextField(default="")
    outcome = models.CharField(max_length=14, default="")
    outcome_words = models.TextField(default="")
    outcome_at = models.DateTimeField(null=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    objects = WarningQuerySet.as_manager()
    unscoped: models.Manager[Warning] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["county", "state", "-raised_at", "id"], name="warning_state"),
            models.Index(fields=["county", "category", "-last_day"], name="warning_matter"),
            models.Index(fields=["county", "-raised_at", "id"], name="warning_raised"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(observed__gte=w.FLOOR), name="warning_floor"),
            models.CheckConstraint(
                condition=Q(state__in=tuple(w.WARNING_STATES)), name="warning_known_state"
            ),
            models.CheckConstraint(condition=Q(method__in=tuple(w.METHODS)), name="warning_known_method"),
            models.CheckConstraint(condition=Q(outcome__in=("", *w.OUTCOMES)), name="warning_known_outcome"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="warning_window"),
            models.CheckConstraint(
                condition=Q(state=w.OPEN, decided_at=None) | (~Q(state=w.OPEN) & Q(decided_at__isnull=False)),
                name="warning_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=w.DISMISSED) | ~Q(reason=""), name="warning_dismissed_with_reason"
            ),
        ]


class WarningPlace(models.Model):
    """One place of a warning: a grid, or a village where grids are not counted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    warning = models.ForeignKey(Warning, on_delete=models.CASCADE, related_name="places")
    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12)
    place = models.CharField(max_length=15)
    observed = models.PositiveIntegerField()
    expected = models.FloatField()

    class Meta:
        indexes = [
            models.Index(fields=["county", "village"], name="warning_place_village"),
            models.Index(fields=["county", "town"], name="warning_place_town"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "warning", "place"], name="warning_place_once")
        ]
