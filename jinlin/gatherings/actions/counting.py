"""Keeping the counters of the month, in the transaction of the deed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from jinlin.gatherings.models import Gathering, Located, MonthCount
from jinlin.gatherings.rules.counting import names_of
from jinlin.kernel import clock


def happened(row: Located, name: str, n: int, at: datetime) -> None:
    """Add to what happened in the row's community in the month of a moment."""
    if not name or not n:
        return
    month = clock.local(at).date().replace(day=1)
    found, _new = MonthCount.objects.get_or_create(
        county=row.county, town=row.town, village=row.village, month=month, name=name
    )
    MonthCount.objects.filter(pk=found.pk).update(n=F("n") + n)


def served(row: Gathering, people: int, *, times: int = 0) -> None:
    """Add people, and with `times` the gathering itself, to the month in which it began."""
    name, heads = names_of(row.kind)
    happened(row, name, times, row.starts_at)
    happened(row, heads, people, row.starts_at)
