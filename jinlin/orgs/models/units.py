"""Tables of organisations, categories, the dispatch catalogue and the duty lists; all dated, none a constant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jinlin.kernel.ids import new_id
from jinlin.orgs import rules

_OPEN = Q(valid_to__isnull=True)
_ORDERED = _OPEN | Q(valid_to__gte=F("valid_from"))


class OrgsVersion(models.Model):
    """One row whose token changes with every write here, so that a process knows when its copy is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=new_id)


class Line(models.Model):
    """条: a department code with its names; what an organisation stands in beside its region (块)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    short_name = models.CharField(max_length=16)
    kind = models.CharField(max_length=20)
    pattern = models.CharField(
        max_length=60, blank=True, default=""
    )  # "{place}城市管理局", "" when none is made
    pattern_city = models.CharField(max_length=60, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    is_edited = models.BooleanField(default=False)  # by hand: the next seed leaves it alone

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """事项分类: a leaf (level 2) names a matter; a root (level 1) groups leaves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True, default="")
    level = models.PositiveSmallIntegerField()
    sla_class = models.CharField(max_length=8)
    urgent_sla_class = models.CharField(max_length=8, blank=True, default="")  # when somebody is in danger
    sensitive = models.BooleanField(default=False)
    photo_required = models.BooleanField(default=False)
    public_space = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    keywords = models.CharField(max_length=200, blank=True, default="")  # everyday words, space separated
    note = models.CharField(max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    source = models.CharField(max_length=120, blank=True, default="")
    is_edited = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=(1, 2)), name="category_two_levels"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level=2, parent__isnull=False),
                name="category_leaf_has_parent",
            ),
            models.CheckConstraint(condition=Q(sla_class__in=rules.SLA_CLASSES), name="category_known_sla"),
        ]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en") and self.name_en
        return self.name_en if english else self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads of organisations by day, place and line."""

    def on(self, day: date) -> OrganisationQuerySet:
        """Keep organisations standing on a day (half-open interval)."""
        return self.filter(_OPEN | Q(valid_to__gt=day), valid_from__lte=day)

    def standing_in(self, regions: Sequence[str]) -> OrganisationQuerySet:
        """Keep organisations of exactly these regions (not of what lies below)."""
        return self.filter(region_code__in=regions)


class Organisation(models.Model):
    """组织机构: a body that can be given work; it stands in a line (条) and a block (块)."""

    class Kind(models.TextChoices):
        """What sort of body it is; the three desks take what nobody else does."""

        PARTY_ORG = "party_org", _("党组织")
        DEPARTMENT = "department", _("职能部门")
        COMMITTEE = "committee", _("村（居）委会")
        TOWN_OFFICE = "town_office", _("乡镇政府（街道办事处）")
        GOVERNANCE_CENTRE = "governance_centre", _("综治中心")
        UTILITY = "utility", _("公共服务企业")
        PROPERTY = "property", _("物业服务企业")
        SOCIAL_ORG = "social_org", _("社会组织")
        CO_BUILDING = "co_building", _("共建单位")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    line = models.CharField(max_length=8, blank=True, default="")
    level = models.PositiveSmallIntegerField()
    region_code = models.CharField(max_length=12)
    county = models.CharField(max_length=12, blank=True, default="")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="branches"
    )
    phone = models.CharField(max_length=32, blank=True, default="")  # the office's, never a person's
    address = models.CharField(max_length=120, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # first day it no longer stands
    source = models.CharField(max_length=120, blank=True, default="")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["region_code", "line"], name="org_region_line"),
            models.Index(fields=["county", "line"], name="org_county_line"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=_OPEN, name="org_code_once"),
            models.CheckConstraint(condition=_ORDERED, name="org_ends_after_start"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="org_level_1_to_5"),
            models.CheckConstraint(condition=Q(kind__in=rules.KINDS), name="org_known_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_desk(self) -> bool:
        """Whether this body is the desk of its region: where everything without another owner lies."""
        return self.kind in rules.DESK_KINDS


class CatalogueEntry(models.Model):
    """派单目录: who leads and who assists for a category, as one level's desk reads it, in a region, from a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="catalogue")
    level = models.PositiveSmallIntegerField(default=rules.COUNTY)
    lead_lines = models.JSONField(default=list)  # line codes, tried in this order
    assist_lines = models.JSONField(default=list)
    region_code = models.CharField(max_length=12, blank=True, default="")  # "" everywhere
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    is_seed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["category", "region_code"], name="catalogue_category_region")]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "region_code", "level"], condition=_OPEN, name="catalogue_one_open"
            ),
            models.CheckConstraint(condition=_ORDERED, name="catalogue_ends_after_start"),
        ]


class DutyItem(models.Model):
    """履职事项清单: whether a town (level 4) or community (level 5) does, assists or no longer does a matter."""

    class Kind(models.TextChoices):
        """Which of the three lists the item stands in."""

        BASIC = "basic", _("基本履职")
        COOPERATE = "cooperate", _("配合履职")
        WITHDRAWN = "withdrawn", _("上级收回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    level = models.PositiveSmallIntegerField()
    region_code = models.CharField(max_length=12, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    is_seed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["category", "region_code"], name="duty_category_region")]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "region_code", "level"], condition=_OPEN, name="duty_one_open"
            ),
            models.CheckConstraint(condition=_ORDERED, name="duty_ends_after_start"),
            models.CheckConstraint(condition=Q(kind__in=rules.DUTY_KINDS), name="duty_known_kind"),
            models.CheckConstraint(
                condition=Q(level__in=(rules.TOWN, rules.VILLAGE)), name="duty_town_or_village"
            ),
        ]
