"""Lengths of the mediation clock and the archive rule, dated and by region; nothing of it is a constant of the code."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.kernel.ids import new_id


class Terms(models.Model):
    """From a day on, for a region ("" is everywhere): days of the clock, of an extension, of the court window.

    `keep_years` None means that nobody has said it yet (nothing is filed then), 0 that files are kept for ever.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=12, default="", blank=True)
    valid_from = models.DateField()
    days = models.PositiveSmallIntegerField(default=30)
    extension_days = models.PositiveSmallIntegerField(default=30)
    court_days = models.PositiveSmallIntegerField(default=30)
    warn_days = models.PositiveSmallIntegerField(default=5)
    keep_years = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region_code", "valid_from"], name="mediation_terms_once"),
            models.CheckConstraint(
                condition=Q(days__gte=1, extension_days__gte=1, court_days__gte=1),
                name="mediation_terms_whole_days",
            ),
        ]
