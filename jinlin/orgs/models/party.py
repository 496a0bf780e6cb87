"""Tables of Party organisations and where they reach: head counts only, never a roster (participation.md 9)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinlin.kernel.ids import new_id
from jinlin.orgs.models.units import Organisation

_OPEN = Q(valid_to__isnull=True)
_ORDERED = _OPEN | Q(valid_to__gte=F("valid_from"))


class StandingQuerySet(models.QuerySet["models.Model"]):
    """Rows with an area and a half-open time."""

    def on(self, day: date) -> StandingQuerySet:
        """Keep what stands on a day."""
        return self.filter(_OPEN | Q(valid_to__gt=day), valid_from__lte=day)


class PartyOrg(models.Model):
    """党组织: one body of the chain community organisation - grid branch - building group - member household."""

    class Kind(models.TextChoices):
        """The links of the chain, from the widest."""

        COMMITTEE = "committee", _("党委")
        GENERAL_BRANCH = "general_branch", _("党总支")
        BRANCH = "branch", _("党支部")
        GROUP = "group", _("党小组")
        MEMBER_HOME = "member_home", _("党员中心户")

    class Scope(models.TextChoices):
        """What the body stands on."""

        REGION = "region", _("村、社区或街道")
        GRID = "grid", _("网格")
        BUILDING = "building", _("楼栋")
        EXCLUSIVE = "exclusive", _("专属网格")
        UNIT = "unit", _("机关单位")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    region_code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    scope = models.CharField(max_length=12, choices=Scope.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="branches"
    )
    host = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="party_orgs"
    )
    members = models.PositiveIntegerField(default=0)  # a head count; who they are is kept nowhere here
    is_joint = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True, default="")

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["county", "region_code"], name="party_county_region")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "region_code", "name"], condition=_OPEN, name="party_name_once"
            ),
            models.CheckConstraint(condition=_ORDERED, name="party_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyTie(models.Model):
    """A grid (15 digits) or building a Party organisation stands on; a joint branch stands on several grids."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    party_org = models.ForeignKey(PartyOrg, on_delete=models.CASCADE, related_name="ties")
    grid = models.CharField(max_length=15)
    building = models.CharField(max_length=21, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["county", "grid"], name="partytie_county_grid")]
        constraints = [
            models.UniqueConstraint(fields=["county", "party_org", "grid", "building"], name="partytie_once")
        ]


class GridInstructor(models.Model):
    """党建指导员: which unit looks after Party work in a grid that has no branch yet; a unit, not a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    grid = models.CharField(max_length=15)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="instructs")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "grid"], condition=_OPEN, name="instructor_one_a_grid"),
            models.CheckConstraint(condition=_ORDERED, name="instructor_ends_after_start"),
        ]


class StarRating(models.Model):
    """五星支部: what a branch was rated in a year; organisations may be rated, people may not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    party_org = models.ForeignKey(PartyOrg, on_delete=models.CASCADE, related_name="ratings")
    year = models.PositiveSmallIntegerField()
    stars = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "party_org", "year"], name="stars_once_a_year"),
            models.CheckConstraint(condition=Q(stars__lte=5), name="stars_at_most_five"),
        ]
