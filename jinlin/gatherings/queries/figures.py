"""The figures of what neighbours did together, per area and month: counted from the rows, typed by nobody.

`performance` and `initiatives` read these; nothing here is about a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from jinlin.gatherings.models import AgendaItem, Gathering, Match
from jinlin.gatherings.queries.area import in_area
from jinlin.gatherings.rules.slots import wall
from jinlin.gatherings.rules.words import ACTIVITIES, MEETINGS, PARLOURS
from jinlin.kernel import clock


@dataclass(frozen=True)
class Figures:
    """One month of an area: activities and the people they served, meetings and who came, matters settled in parlours.

    `settled` are agenda items with the outcome "settled" of gatherings held in a parlour or courtyard, or of the kind
    "parlour"; items about one case count once. `wishes` and `errands` are those confirmed by whoever needed them.
    """

    month: date
    activities: int = 0
    served: int = 0
    meetings: int = 0
    met: int = 0
    settled: int = 0
    wishes: int = 0
    errands: int = 0


def figures(*, area: str, since: date, until: date) -> tuple[Figures, ...]:
    """Return the months from `since` to the day before `until` that have anything to count, in order (3 queries)."""
    first, last = wall(since, 0, clock.LOCAL), wall(until, 0, clock.LOCAL)
    found: dict[date, dict[str, int]] = {}
    for row in _held(area, first, last):
        counts = found.setdefault(row["month"].date(), {})
        names = ("activities", "served") if row["kind"] in ACTIVITIES else ("meetings", "met")
        for name, number in zip(names, (row["n"], row["people"]), strict=True):
            counts[name] = counts.get(name, 0) + number
    for row in _settled(area, first, last):
        found.setdefault(row["month"].date(), {})["settled"] = row["n"]
    for row in _confirmed(area, first, last):
        name = "wishes" if row["need__kind"] == "micro_wish" else "errands"
        found.setdefault(row["month"].date(), {})[name] = row["n"]
    return tuple(Figures(month, **counts) for month, counts in sorted(found.items()))


def total(rows: Iterable[Figures]) -> Figures:
    """Return the sum of several months, under the first one's name."""
    listed = list(rows)
    names = ("activities", "served", "meetings", "met", "settled", "wishes", "errands")
    month = listed[0].month if listed else date.min
    return Figures(month, **{name: sum(getattr(row, name) for row in listed) for name in names})


def activities_and_served(gathering_ids: Iterable[UUID]) -> tuple[int, int]:
    """Return how many of some gatherings were held and how many people they served, for a project that links to them."""
    rows = Gathering.unscoped.filter(pk__in=list(gathering_ids), state="held", kind__in=ACTIVITIES)
    found = rows.aggregate(n=Count("pk"), people=Sum(_SERVED))
    return int(found["n"]), int(found["people"] or 0)


_SERVED = F("arrived") + Coalesce(F("served_anonymous"), 0)


def _held(area: str, first: datetime, last: datetime) -> Any:
    rows = Gathering.unscoped.filter(
        in_area(area), state="held", starts_at__gte=first, starts_at__lt=last, kind__in=ACTIVITIES | MEETINGS
    )
    by_month = rows.annotate(month=TruncMonth("starts_at", tzinfo=clock.LOCAL))
    return by_month.values("month", "kind").annotate(n=Count("pk"), people=Sum(_SERVED)).order_by("month")


def _settled(area: str, first: datetime, last: datetime) -> Any:
    gatherings = Gathering.unscoped.filter(
        in_area(area), state="held", starts_at__gte=first, starts_at__lt=last
    ).filter(Q(kind="parlour") | Q(venue__kind__in=PARLOURS))
    rows = AgendaItem.objects.filter(gathering__in=gatherings, outcome="settled")
    by_month = rows.annotate(
        month=TruncMonth("gathering__starts_at", tzinfo=clock.LOCAL), matter=Coalesce("case_id", "id")
    )
    return by_month.values("month").annotate(n=Count("matter", distinct=True)).order_by("month")


def _confirmed(area: str, first: datetime, last: datetime) -> Any:
    rows = Match.objects.filter(
        in_area(area),
        state="confirmed",
        settled_at__gte=first,
        settled_at__lt=last,
        need__kind__in=("micro_wish", "errand"),
    )
    by_month = rows.annotate(month=TruncMonth("settled_at", tzinfo=clock.LOCAL))
    return by_month.values("month", "need__kind").annotate(n=Count("pk")).order_by("month")
