"""Counts of cases for small curves: by week, at the places of a warning or in the region of a plan; nothing below 5."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from jinlin.cases.models import Case
from jinlin.insight.models import Warning
from jinlin.insight.rules.seasons import a_year_before, weekly, weeks
from jinlin.insight.rules.words import FLOOR
from jinlin.kernel import clock
from jinlin.orgs.models import Category
from jinlin.places.rules import level_of

WEEKS: Final = 12
NO_NEWS: Final = (
    "duplicate",
    "withdrawn",
    "not_ours",
)  # said again, taken back, or not a matter of this place
COLUMNS: Final = {3: "county", 4: "town", 5: "village", 6: "grid"}


@dataclass(frozen=True)
class Curve:
    """Cases by week; None is fewer than 5, which is not told."""

    weeks: tuple[date, ...]
    counts: tuple[int | None, ...]

    @property
    def total(self) -> int | None:
        """The weeks together, as far as they are told; None when none is."""
        told = [count for count in self.counts if count is not None]
        return sum(told) if told else None


@dataclass(frozen=True)
class SeasonCurves:
    """The season of a plan beside the one a year before; `now` stops at today."""

    before: Curve
    now: Curve


def floored(counts: Iterable[int]) -> tuple[int | None, ...]:
    """Return counts with those below the floor left out; a true nought stays."""
    return tuple(count if count == 0 or count >= FLOOR else None for count in counts)


def midnight(day: date) -> datetime:
    """Return the moment a day begins in China."""
    return datetime.combine(day, time(), clock.LOCAL)


def counted(county: str) -> Any:
    """Return the cases of a county that count: said once, not taken back."""
    return Case.unscoped.filter(county=county, part_of=None).exclude(end_kind__in=NO_NEWS)


def within(place: str) -> dict[str, str]:
    """Return the columns of cases that fix a place of any level from the county down."""
    return {"county": place[:6] + "000000", COLUMNS[level_of(place)]: place}


def sparks(rows: Sequence[Warning]) -> dict[UUID, Curve]:
    """Return the curve of each warning: 12 weeks that end with its last day (one query per county)."""
    found: dict[UUID, Curve] = {}
    by_county: dict[str, list[Warning]] = defaultdict(list)
    for row in rows:
        by_county[row.county].append(row)
    for county, some in by_county.items():
        days = _days(county, some)
        for row in some:
            places = [one.place for one in row.places.all()]
            together: Counter[date] = Counter()
            for place in places:
                together.update(days.get((row.category_id, place), {}))
            first = row.last_day - timedelta(days=7 * WEEKS - 1)
            found[row.pk] = Curve(weeks(first, row.last_day), floored(weekly(together, first, row.last_day)))
    return found


def _days(county: str, rows: Sequence[Warning]) -> Mapping[tuple[UUID, str], Counter[date]]:
    codes = {one.place for row in rows for one in row.places.all()}
    villages = {code[:12] for code in codes}
    first = min(row.last_day for row in rows) - timedelta(days=7 * WEEKS)
    last = max(row.last_day for row in rows) + timedelta(days=1)
    cases = counted(county).filter(
        village__in=villages,
        category__in={row.category_id for row in rows},
        opened_at__gte=midnight(first),
        opened_at__lt=midnight(last),
    )
    found: dict[tuple[UUID, str], Counter[date]] = defaultdict(Counter)
    for category, village, grid, at in cases.values_list("category", "village", "grid", "opened_at"):
        day = clock.local(at).date()
        for place in {village, grid} & codes:
            found[category, place][day] += 1
    return found


def season_curves(*, region: str, categories: Sequence[str], starts_on: date, ends_on: date) -> SeasonCurves:
    """Return the season and the same days a year before, by week (two queries)."""
    pks = list(Category.objects.filter(code__in=list(categories)).values_list("pk", flat=True))
    lead = timedelta(weeks=4)  # four weeks ahead, so that what the plan changed can be seen coming
    first, last = starts_on - lead, ends_on
    old = (a_year_before(first), a_year_before(last))
    stop = min(last, clock.today())
    spans = Q(opened_at__gte=midnight(old[0]), opened_at__lt=midnight(old[1] + timedelta(days=1)))
    spans |= Q(opened_at__gte=midnight(first), opened_at__lt=midnight(stop + timedelta(days=1)))
    cases = counted(region[:6] + "000000").filter(spans, category__in=pks, **within(region))
    days = Counter(clock.local(at).date() for at in cases.values_list("opened_at", flat=True))
    return SeasonCurves(
        Curve(weeks(*old), floored(weekly(days, *old))),
        Curve(weeks(first, stop), floored(weekly(days, first, stop))) if stop >= first else Curve((), ()),
    )
