"""Settings of a county's insight: every change makes a new row, the old one stays readable with its reason."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.insight.rules import words as w
from jinlin.kernel.ids import new_id


class Setting(models.Model):
    """What a county chose, for all matters (no category) or for one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    category = models.ForeignKey("orgs.Category", null=True, on_delete=models.PROTECT, related_name="+")
    alarms_per_60_days = models.FloatField()
    minimum = models.PositiveSmallIntegerField()  # fewest cases of different people in a window
    is_watched = models.BooleanField(default=True)  # false: this matter raises no warning
    autofill_margin = models.FloatField(
        null=True
    )  # a suggestion surer than this fills the field; all matters only
    made_at = models.DateTimeField()
    made_unit = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, default="")
    is_current = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["county", "-made_at"], name="insight_setting_history")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "category"],
                condition=Q(is_current=True, category__isnull=False),
                name="setting_one_current",
            ),
            models.UniqueConstraint(
                fields=["county"],
                condition=Q(is_current=True, category__isnull=True),
                name="setting_one_default",
            ),
            models.CheckConstraint(condition=Q(minimum__gte=w.FLOOR), name="setting_floor"),
            models.CheckConstraint(condition=Q(alarms_per_60_days__gt=0), name="setting_budget"),
        ]
