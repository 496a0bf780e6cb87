"""Figures of co-governance that nobody types: sums of the counters per area and month, and decisions kept in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from jinlin.initiatives.models import Counted, Resolution
from jinlin.initiatives.queries.wall import inside
from jinlin.initiatives.rules.counting import NAMES


@dataclass(frozen=True)
class Month:
    """One month of a place: what happened by name (`rules.counting.NAMES`), nought where nothing did."""

    month: date
    n: dict[str, int]


@dataclass(frozen=True)
class Kept:
    """Decisions whose day fell into a period, and how many of them were carried out by that day."""

    due: int
    kept: int


def totals(*, area: str, since: date | None = None, until: date | None = None) -> dict[str, int]:
    """Return the sums of a place over whole months, e.g. deliberation cases and venture projects (one query)."""
    found = dict.fromkeys(NAMES, 0)
    for row in _rows(area, since, until).values("name").annotate(sum=Sum("n")):
        if row["name"] in found:
            found[row["name"]] = row["sum"]
    return found


def months(*, area: str, since: date | None = None, until: date | None = None) -> list[Month]:
    """Return a place month by month, the newest first; months in which nothing happened are left out (one query)."""
    found: dict[date, dict[str, int]] = {}
    for row in _rows(area, since, until).values("month", "name").annotate(sum=Sum("n")):
        found.setdefault(row["month"], dict.fromkeys(NAMES, 0))[row["name"]] = row["sum"]
    return [Month(month, n) for month, n in sorted(found.items(), reverse=True)]


def _rows(area: str, since: date | None, until: date | None) -> QuerySet[Counted]:
    rows = Counted.objects.filter(inside(area))
    if since is not None:
        rows = rows.filter(month__gte=since.replace(day=1))
    return rows if until is None else rows.filter(month__lte=until)


def decisions_kept(*, area: str, since: date, until: date) -> Kept:
    """Return how many adopted decisions were due from day to day (both inclusive) and done by then (one query)."""
    rows = Resolution.objects.filter(
        inside(area), due__gte=since, due__lte=until, due__isnull=False, verdict="passed", is_finding=False
    )
    found = rows.aggregate(n=Count("*"), kept=Count("done_on", filter=Q(done_on__lte=F("due"))))
    return Kept(found["n"], found["kept"])
