"""The figures of what neighbours did together, per area and month: counted with the deeds, typed by nobody.

Whole months are read from counters, so that a year costs the same however much was held in it; the days of a month that
is begun in the middle are counted from their rows. `performance` and `initiatives` read these; nothing here is about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from jinlin.gatherings.models import AgendaItem, Gathering, Match, MonthCount
from jinlin.gatherings.queries.area import in_area
from jinlin.gatherings.rules.counting import name_of_need, names_of
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


Counts = dict[date, dict[str, int]]


def figures(*, area: str, since: date, until: date) -> tuple[Figures, ...]:
    """Return the months from `since` to the day before `until` that have anything to count, in order.

    Two queries for whole months; two more for each end that lies inside a month.
    """
    found: Counts = {}
    for first, last, is_whole in _parts(since, until):
        _add(found, _counted(area, first, last) if is_whole else _scanned(area, first, last))
    for row in _settled(area, wall(since, 0, clock.LOCAL), wall(until, 0, clock.LOCAL)):
        _add(found, [(row["month"].date(), "settled", row["n"])])
    return tuple(Figures(month, **counts) for month, counts in sorted(found.items()))


def figures_anew(*, area: str, since: date, until: date) -> tuple[Figures, ...]:
    """Return the same from the rows alone: what the counters are checked against (3 queries)."""
    found: Counts = {}
    _add(found, _scanned(area, since, until))
    for row in _settled(area, wall(since, 0, clock.LOCAL), wall(until, 0, clock.LOCAL)):
        _add(found, [(row["month"].date(), "settled", row["n"])])
    return tuple(Figures(month, **counts) for month, counts in sorted(found.items()))


def _add(found: Counts, rows: Iterable[tuple[date, str, int]]) -> None:
    for month, name, n in rows:
        counts = found.setdefault(month, {})
        counts[name] = counts.get(name, 0) + n


def _parts(since: date, until: date) -> Iterator[tuple[date, date, bool]]:
    """Return a span as the rest of its first month, whole months, and the beginning of its last; no empty part."""
    first = since if since.day == 1 else (since.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = until.replace(day=1)
    if first > last:  # inside one month
        first = last = until
    for part in ((since, first, False), (first, last, True), (last, until, False)):
        if part[0] < part[1]:
            yield part


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


def _counted(area: str, since: date, until: date) -> Iterator[tuple[date, str, int]]:
    rows = MonthCount.objects.filter(in_area(area), month__gte=since, month__lt=until)
    for row in rows.values("month", "name").annotate(sum=Sum("n")):
        if row["sum"]:
            yield row["month"], row["name"], row["sum"]


def _scanned(area: str, since: date, until: date) -> Iterator[tuple[date, str, int]]:
    first, last = wall(since, 0, clock.LOCAL), wall(until, 0, clock.LOCAL)
    for row in _held(area, first, last):
        name, heads = names_of(row["kind"])
        yield row["month"].date(), name, row["n"]
        yield row["month"].date(), heads, row["people"]
    for row in _confirmed(area, first, last):
        yield row["month"].date(), name_of_need(row["need__kind"]), row["n"]


def _held(area: str, first: datetime, last: datetime) -> Any:
    rows = Gathering.unscoped.filter(
        in_area(area), state="held", starts_at__gte=first, starts_at__lt=last, kind__in=ACTIVITIES | MEETINGS
    )
    by_month = rows.annotate(month=TruncMonth("starts_at", tzinfo=clock.LOCAL))
    return by_month.values("month", "kind").annotate(n=Count("pk"), people=Sum(_SERVED)).order_by("month")


def _settled(area: str, first: datetime, last: datetime) -> Any:
    children: Any = in_area(area).children
    where: dict[str, Any] = dict(children)
    rows = AgendaItem.objects.filter(
        Q(gathering__kind="parlour") | Q(gathering__venue__kind__in=PARLOURS),
        **{name: value for name, value in where.items() if name.startswith("county")},
        **{f"gathering__{name}": value for name, value in where.items()},
        outcome="settled",
        gathering__state="held",
        gathering__starts_at__gte=first,
        gathering__starts_at__lt=last,
    )
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
