"""Meetings, resolutions with their votes, and what residents' supervisors see on a site."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.cases.models import Case
from jinlin.gatherings.models import Gathering
from jinlin.initiatives.models.rows import HistoryQuerySet, Placed, Row
from jinlin.initiatives.models.spine import AREAS, Initiative
from jinlin.initiatives.models.voices import Pass
from jinlin.initiatives.rules import deciding

ADOPTED = Q(due__isnull=False, verdict="passed", is_finding=False)


class Meeting(Row):
    """A meeting or activity for an item: one of the room of gatherings, or one that was held elsewhere and is noted here."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="meetings")
    gathering = models.ForeignKey(Gathering, null=True, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(null=True)
    place_text = models.CharField(max_length=80, default="", blank=True)
    heads = models.PositiveIntegerField(default=0)
    absent = models.CharField(max_length=200, default="", blank=True)  # which groups, never which person
    options = models.TextField(default="", blank=True)  # one a line
    minutes = models.TextField(default="", blank=True)
    account = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "gathering", "initiative"],
                condition=Q(gathering__isnull=False),
                name="meeting_gathering_once",
            ),
        ]


class Resolution(Placed):
    """What was decided, who has to do it by when and when it is looked at again; a finding is one with a severity."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="resolutions")
    number = models.PositiveSmallIntegerField()
    is_finding = models.BooleanField(default=False)
    text = models.CharField(max_length=500)
    body = models.CharField(max_length=60, default="", blank=True)  # which body decided
    step = models.CharField(max_length=20, default="", blank=True)  # of 四议两公开
    rule = models.CharField(max_length=20, default="", blank=True)
    tally = models.JSONField(default=dict)
    verdict = models.CharField(max_length=12, default="", blank=True)
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="resolutions")
    owner_unit = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=80, default="", blank=True)
    due = models.DateField(null=True)
    review_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    done_text = models.CharField(max_length=300, default="", blank=True)
    reminded_at = models.DateTimeField(null=True)
    reviewed_on = models.DateField(null=True)
    review_text = models.CharField(max_length=300, default="", blank=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    severity = models.CharField(max_length=8, default="", blank=True)
    photo = models.UUIDField(null=True)
    found_by = models.ForeignKey(Pass, null=True, on_delete=models.PROTECT, related_name="findings")
    corrected_by = models.CharField(max_length=80, default="", blank=True)  # key of who says it is corrected
    rechecked_by = models.CharField(max_length=80, default="", blank=True)  # and of who looked, another one
    account = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "number"], name="resolution_number"),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict__in=tuple(deciding.VERDICTS)),
                name="resolution_known_verdict",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_by="")
                | (~Q(corrected_by="") & ~Q(rechecked_by=models.F("corrected_by"))),
                name="resolution_rechecked_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_on"],
                condition=Q(review_on__isnull=False, reminded_at__isnull=True, reviewed_on__isnull=True),
                name="resolution_to_review",
            ),
            models.Index(  # how many were carried out by their day: counted without opening a row
                fields=["county", "due", "done_on", "town", "village"],
                condition=ADOPTED,
                name="resolution_due",
            ),
            *(
                models.Index(
                    fields=["county", *area, "due", "id"],
                    condition=ADOPTED & Q(done_on__isnull=True),
                    name=f"resolution_open_{name}",
                )
                for name, area in AREAS.items()
            ),
            *(
                models.Index(
                    fields=["county", *area, "review_on", "id"],
                    condition=Q(reviewed_on__isnull=True, review_on__isnull=False),
                    name=f"resolution_look_{name}",
                )
                for name, area in AREAS.items()
            ),
        ]


class SiteVisit(Row):
    """One round of a residents' supervisor on a site: the checklist and a few words; findings are resolutions."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Pass, on_delete=models.PROTECT, related_name="+")
    checked = models.JSONField(default=dict)  # item -> "ok", "wrong", "unseen"
    words = models.CharField(max_length=500, default="", blank=True)
    photo = models.UUIDField(null=True)
    made_at = models.DateTimeField()  # the phone's own clock
    at = models.DateTimeField()

    objects: models.Manager[SiteVisit] = HistoryQuerySet.as_manager()
