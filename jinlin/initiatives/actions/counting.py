"""Keeping the counters, in the transaction of the deed."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from jinlin.initiatives.models import Counted, Initiative, Standing
from jinlin.kernel import clock


def stands(item: Initiative, stage: str, n: int) -> None:
    """Add to how many items of the kind stand in a stage in the item's place."""
    place: dict[str, Any] = {"county": item.county, "town": item.town, "village": item.village}
    key = {**place, "kind": item.kind, "stage": stage}
    Standing.objects.get_or_create(**key)
    Standing.objects.filter(**key).update(n=F("n") + n)


def happened(item: Initiative, name: str, n: int = 1) -> None:
    """Add to what happened in the item's place this month."""
    if not name or not n:
        return
    key: dict[str, Any] = {
        "county": item.county,
        "town": item.town,
        "village": item.village,
        "month": clock.today().replace(day=1),
        "name": name,
    }
    Counted.objects.get_or_create(**key)
    Counted.objects.filter(**key).update(n=F("n") + n)
