"""Tables of joint teams, the three heads, training and work methods; heads are counted, nobody is scored."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinlin.kernel.ids import new_id
from jinlin.orgs.models.party import StandingQuerySet
from jinlin.orgs.models.units import Organisation

_OPEN = Q(valid_to__isnull=True)
_ORDERED = _OPEN | Q(valid_to__gte=F("valid_from"))


class JointTeam(models.Model):
    """A team of several bodies in one place: 五位一体, an appeal-handling group, citizen supervisors."""

    class Kind(models.TextChoices):
        """What the team is for."""

        FIVE_IN_ONE = "five_in_one", _("五位一体联合队伍")
        APPEALS = "appeals", _("诉求办理小组")
        SUPERVISORS = "supervisors", _("民间监理团")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12, blank=True, default="")
    village = models.CharField(max_length=12, blank=True, default="")
    region_code = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80)
    duty = models.CharField(max_length=200, blank=True, default="")
    checklist = models.JSONField(default=list)  # what supervisors look at, editable words
    people = models.PositiveIntegerField(default=0)  # the sum of its bodies, kept with them
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["county", "kind", "region_code"], name="team_county_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "region_code", "name"], condition=_OPEN, name="team_name_once"
            ),
            models.CheckConstraint(condition=_ORDERED, name="team_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamBody(models.Model):
    """One body in a joint team and how many people it sends; which kinds of body there are is data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    team = models.ForeignKey(JointTeam, on_delete=models.CASCADE, related_name="bodies")
    body = models.CharField(max_length=40)  # 党组织, 业主委员会, ...
    name = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    people = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "team", "body", "name"], name="teambody_once"),
        ]


class SupervisorSeat(models.Model):
    """A seat of a citizen supervisor team: an alias and the statement on conflicts of interest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    team = models.ForeignKey(JointTeam, on_delete=models.CASCADE, related_name="seats")
    alias = models.CharField(max_length=20)  # what the team calls the seat: 监督员 1
    chosen_by = models.CharField(max_length=8)  # call or lot
    has_conflict = models.BooleanField(default=False)
    conflict = models.CharField(max_length=200, blank=True, default="")
    stated_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "team", "alias"], condition=Q(left_on__isnull=True), name="seat_alias_once"
            ),
        ]


class HeadSeat(models.Model):
    """三长: a head of a grid, building or stairwell as the public board shows it, with an office number."""

    class Kind(models.TextChoices):
        """The three heads."""

        GRID = "grid_leader", _("网格长")
        BUILDING = "building_head", _("楼栋长")
        UNIT = "unit_head", _("单元长")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    grid = models.CharField(max_length=15)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    spot = models.CharField(max_length=60, blank=True, default="")  # 3 号楼, 3 号楼 2 单元
    shown_name = models.CharField(max_length=16, blank=True, default="")  # only if the person agreed
    agreed_on = models.DateField(null=True, blank=True)
    office_phone = models.CharField(max_length=32)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "village", "grid", "kind", "spot"], condition=_OPEN, name="head_seat_once"
            ),
            models.CheckConstraint(condition=_ORDERED, name="head_ends_after_start"),
            models.CheckConstraint(
                condition=Q(shown_name="") | Q(agreed_on__isnull=False), name="head_name_needs_consent"
            ),
        ]


class Training(models.Model):
    """A training of grid workers or heads: topic, day, hours, how many came; a number, no list."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    region_code = models.CharField(max_length=12)
    topic = models.CharField(max_length=80)
    held_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    came = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["county", "region_code", "held_on"], name="training_area_day")]


class WorkMethod(models.Model):
    """工作法: an editable list of steps ("1211 向前一步", 望闻问切); a change is a new row from a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, blank=True, default="")  # "" everywhere
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    steps = models.JSONField(default=list)  # [{"kind": "visit", "words": "..."}]
    source = models.CharField(max_length=200, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], condition=_OPEN, name="method_one_open"),
            models.CheckConstraint(condition=_ORDERED, name="method_ends_after_start"),
        ]
