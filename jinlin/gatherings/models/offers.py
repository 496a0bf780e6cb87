"""Needs and resources, and what became of them: the three lists, micro-wishes, errands, help inside a group of households."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jinlin.gatherings.models.scope import Located, reach
from jinlin.gatherings.rules.moves import LIVE_MATCH
from jinlin.gatherings.rules.words import (
    ERRANDS,
    MATCH_STATES,
    NEED_ONLY,
    OFFER_KINDS,
    OFFER_STATES,
    SIDES,
)
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet
from jinlin.orgs.models import Organisation
from jinlin.people.access import Actor

SHOWN = ("open", "matched", "done")
RUNNING = ("agreed", "done")  # of a match: somebody is at it


class NeighbourGroup(Located):
    """A ten-household group whose members help each other on a page of their own; the link is given out by its head."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    micro_grid = models.CharField(max_length=17)
    name = models.CharField(max_length=60)
    turn = models.PositiveSmallIntegerField(default=1)  # a new turn makes the old link void
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "micro_grid"], name="group_once")]


class OfferQuerySet(ScopedQuerySet["Offer"]):
    """What is published is everybody's; errands and a group's own help are seen by the staff of the place only."""

    def visible_to(self, actor: Actor) -> OfferQuerySet:
        """Keep what is published openly and what the actor's posts reach."""
        return self.filter(self.published() | reach(actor, "offer.manage"))

    @staticmethod
    def published() -> Q:
        """Return the condition of what anybody may see."""
        return Q(state__in=SHOWN, is_public=True)


class Offer(Located):
    """Somebody needs something, or has something to give."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    side = models.CharField(max_length=8)
    kind = models.CharField(max_length=10)
    errand = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=40)
    words = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    left = models.PositiveIntegerField(default=1)
    window_from = models.DateTimeField(null=True)
    window_to = models.DateTimeField(null=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="offers")
    group = models.ForeignKey(NeighbourGroup, null=True, on_delete=models.PROTECT, related_name="offers")
    is_public = models.BooleanField(default=True)
    nickname = models.CharField(max_length=20, blank=True)  # shown only where the poster wants it
    names_poster = models.BooleanField(default=False)
    contact_id = models.UUIDField(null=True)
    posted_by = models.UUIDField(null=True)  # a member of staff who posted; never publishes it too
    state = models.CharField(max_length=10, default="waiting")
    reason = models.CharField(max_length=120, blank=True)  # why it was not published, told to the poster
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = OfferQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["county", "village", "state", "side", "made_at"], name="offer_list"),
            models.Index(fields=["county", "state", "side", "made_at"], name="offer_list_county"),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=("waiting", "open", "matched")), name="offer_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=tuple(SIDES)), name="offer_known_side"),
            models.CheckConstraint(condition=Q(kind__in=tuple(OFFER_KINDS)), name="offer_known_kind"),
            models.CheckConstraint(condition=Q(state__in=tuple(OFFER_STATES)), name="offer_known_state"),
            models.CheckConstraint(condition=Q(errand__in=("", *ERRANDS)), name="offer_known_errand"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(left__lte=F("quantity")), name="offer_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(side="need") | ~Q(kind__in=NEED_ONLY), name="offer_wish_is_a_need"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="offer_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Match(Located):
    """A need and what meets it: another's resource, a unit, or a person who takes it on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="met_by")
    resource = models.ForeignKey(Offer, null=True, on_delete=models.PROTECT, related_name="meets")
    quantity = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, default="agreed")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="matches"
    )
    nickname = models.CharField(max_length=20, blank=True)  # of a volunteer
    contact_id = models.UUIDField(null=True)
    taken_by = models.UUIDField(null=True)  # a member of staff who runs the errand
    receipt = models.CharField(max_length=80, blank=True)  # number or words on the paper handed over
    receipt_photo = models.UUIDField(null=True)  # files.StoredFile
    words = models.CharField(max_length=200, blank=True)  # what was done, or why it came to nothing
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    one_only = models.UUIDField(
        null=True
    )  # the need's id while a wish or errand is taken: unique, so it is taken once

    class Meta:
        indexes = [
            models.Index(fields=["county", "village", "made_at"], name="match_list"),
            models.Index(fields=["county", "made_at"], name="match_list_county"),
            models.Index(
                fields=["county", "village", "made_at"], condition=Q(state__in=RUNNING), name="match_running"
            ),
            models.Index(
                fields=["county", "made_at"], condition=Q(state__in=RUNNING), name="match_running_c"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=tuple(MATCH_STATES)), name="match_known_state"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="match_of_something"),
            models.UniqueConstraint(
                fields=["county", "one_only"],
                condition=Q(one_only__isnull=False, state__in=LIVE_MATCH),
                name="match_wish_once",
            ),
            models.CheckConstraint(
                condition=Q(resource__isnull=True) | ~Q(resource=F("need")), name="match_of_two"
            ),
        ]
