"""Whistles 吹哨 and what each called unit did: both sides are judged, and both are offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from jinlin.cases.models.case import NOTHING, Case
from jinlin.cases.models.timeline import Row
from jinlin.cases.rules import whistle as rules
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.people.access import ActivePost, Actor

TOWN, COUNTY = 4, 3


class WhistleQuerySet(ScopedQuerySet["Whistle"]):
    """Reads of whistles; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> WhistleQuerySet:
        """Keep what an actor's unit called or was called to, and what lies in the block of a desk or a leader."""
        if actor.kind == "system":
            return self.all()
        seen = NOTHING
        for post in actor.posts:
            seen |= _seen_by(post)
        return self.filter(seen)


def _seen_by(post: ActivePost) -> Q:
    if post.span not in ("block", "masked", "line") or not post.unit:
        return NOTHING
    called = WhistleReply.unscoped.filter(unit=post.unit).values("whistle_id")
    own = Q(caller_unit=post.unit) | Q(pk__in=called)
    if post.span == "line" or post.level > TOWN:
        return own
    inside = Q(county=post.place[:6] + "000000")
    if post.level == TOWN:
        return own | (inside & Q(town=post.place[:9] + "000"))
    return own | inside if post.level == COUNTY else own


class Whistle(Row):
    """吹哨: a township calls several units about one matter at one place."""

    code = models.CharField(max_length=16)
    kind = models.CharField(max_length=10)
    topic = models.CharField(max_length=80)
    words = models.TextField()
    place = models.CharField(max_length=15)
    town = models.CharField(max_length=12)
    caller_unit = models.UUIDField()
    called_by = models.UUIDField(null=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="whistles")
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    objects = WhistleQuerySet.as_manager()
    unscoped: models.Manager[Whistle] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["county", "town", "called_at"], name="whistle_town_called"),
            models.Index(fields=["caller_unit", "called_at"], name="whistle_caller"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="whistle_code_once"),
            models.CheckConstraint(condition=Q(kind__in=tuple(rules.KINDS)), name="whistle_known_kind"),
        ]


class WhistleReply(Row):
    """报到: one called unit's answer, its coming as the township noted it, and the two judgements."""

    whistle = models.ForeignKey(Whistle, on_delete=models.CASCADE, related_name="replies")
    unit = models.UUIDField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    came_at = models.DateTimeField(null=True)
    on_site = models.TextField(default="")  # the township's note, nobody else's
    solved = models.CharField(max_length=6, default="")  # by the township
    needed = models.CharField(max_length=6, default="")  # by the unit

    unscoped: models.Manager[WhistleReply] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "unscoped"
        indexes = [models.Index(fields=["unit", "due_at"], name="whistlereply_unit_due")]
        constraints = [
            models.UniqueConstraint(fields=["county", "whistle", "unit"], name="whistle_unit_once"),
        ]

    @property
    def standing(self) -> rules.Reply:
        """How far this unit is, as the rules read it."""
        return rules.Reply(bool(self.answered_at), bool(self.came_at), self.solved, self.needed)
