"""How high each matter stood on each day, kept so that a line can be drawn from it later; no place, no case."""

from __future__ import annotations

from django.db import models

from jinlin.kernel.ids import new_id


class Night(models.Model):
    """How far each matter stood out in a county on one day: {category id: {method: figure of the scan}}."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    day = models.DateField()
    heights = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "day"], name="night_once")]
