"""What the tables of this room share: whose area a row is, and rows that are written once."""

from __future__ import annotations

from typing import Any

from django.db import models

from jinlin.kernel.ids import new_id


class Row(models.Model):
    """A row with an id made by the application, and its county."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)

    class Meta:
        abstract = True


class Placed(Row):
    """A row with its place: county, town and village codes; the last two may be empty for what is wider."""

    town = models.CharField(max_length=12, default="", blank=True)
    village = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        abstract = True


class WrittenOnce(RuntimeError):
    """A programmer's mistake: a row of a history was to be changed."""


class HistoryQuerySet(models.QuerySet[Any]):
    """Rows that are added and never changed or taken away."""

    def update(self, **kwargs: Any) -> int:
        """Refuse."""
        raise WrittenOnce(f"{self.model.__name__} is a history")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise WrittenOnce(f"{self.model.__name__} is a history")
