"""The diagnosis of a place 体检: what was looked at, heard, asked and counted there, what was done, whether it helped.

望闻问切 (domain.md 2.2): patrol, appeals and hot issues, visits and parlour talks, counts and trend. What the living
circle and the gatherings know is joined by the page, because their rooms stand apart. No person, nothing below 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.insight.models import Warning
from jinlin.insight.queries.curves import Curve, counted, floored, midnight, within
from jinlin.insight.queries.plans import PlanRow, plans_about
from jinlin.insight.queries.slips import SlipRow, slips_about
from jinlin.insight.queries.warnings import WarningFilters, WarningRow, as_warnings, seen
from jinlin.insight.rules import words as w
from jinlin.insight.rules.floors import told_parts
from jinlin.insight.rules.seasons import weekly, weeks
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor
from jinlin.people.areas import require_area
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of

DAYS: Final = 90
TREND_WEEKS: Final = 26
EFFECT_DAYS: Final = 28
MOST: Final = 6
LOOK: Final = ("patrol",)
ASK: Final = ("visit", "parlour")
DONE: Final = ("warning",)


@dataclass(frozen=True)
class Matter:
    """One matter of an evidence: now and in the 90 days before; None is fewer than 5."""

    category: str
    category_code: str
    now: int | None
    before: int | None


@dataclass(frozen=True)
class Evidence:
    """One of the four: how many cases came by it, and of which matters most."""

    total: int | None
    before: int | None
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class Effect:
    """Cases of a warning's matter at its places: 28 days before it, 28 days after it was treated; None: fewer than 5."""

    warning: WarningRow
    before: int | None
    after: int | None
    is_over: bool  # the 28 days have passed

    @property
    def helped(self) -> bool | None:
        """Whether fewer came afterwards; None while that can't be said."""
        if not self.is_over or self.before is None:
            return None
        return self.after is None or self.after < self.before


@dataclass(frozen=True)
class Diagnosis:
    """One place's page."""

    place: str
    name: str
    since: date
    look: Evidence
    listen: Evidence
    ask: Evidence
    proactive: Evidence
    trend: Curve
    still_open: int | None
    warnings: tuple[WarningRow, ...]
    effects: tuple[Effect, ...]
    slips: tuple[SlipRow, ...]
    plans: tuple[PlanRow, ...]


def diagnosis(*, viewer: Actor, place: str) -> Diagnosis:
    """Return what is known of a village or community, a street or town, or a county (at most 20 queries)."""
    if not is_region_code(place) or level_of(place) < 3:
        raise Invalid({"place": [_("请选到县（市、区）、街道（乡镇）或社区（村）。")]})
    require_area(viewer, "insight.view", place)
    since = clock.today() - timedelta(days=DAYS - 1)
    tallies = _tallies(place, since)
    warnings = _warnings(viewer, place)
    return Diagnosis(
        place=place,
        name=places.area_name(place),
        since=since,
        look=_evidence([one for one in tallies if one.channel in LOOK]),
        listen=_evidence([one for one in tallies if one.channel not in (*LOOK, *ASK, *DONE)]),
        ask=_evidence([one for one in tallies if one.channel in ASK]),
        proactive=_evidence([one for one in tallies if one.channel in DONE]),
        trend=_trend(place),
        still_open=floored([counted(place[:6] + "000000").filter(is_open=True, **within(place)).count()])[0],
        warnings=as_warnings(warnings),
        effects=_effects(warnings),
        slips=slips_about(viewer=viewer, place=place),
        plans=plans_about(viewer=viewer, place=place),
    )


@dataclass(frozen=True)
class _Tally:
    channel: str
    category: UUID | None
    now: int
    before: int


def _tallies(place: str, since: date) -> list[_Tally]:
    """Return cases by channel and matter, in the last 90 days and the 90 before (one query)."""
    begin, middle = midnight(since - timedelta(days=DAYS)), midnight(since)
    rows = counted(place[:6] + "000000").filter(opened_at__gte=begin, **within(place))
    grouped = rows.values_list("channel", "category").annotate(
        now=Count("id", filter=Q(opened_at__gte=middle)), before=Count("id", filter=Q(opened_at__lt=middle))
    )
    return [_Tally(*row) for row in grouped.order_by()]


def _evidence(tallies: Sequence[_Tally]) -> Evidence:
    now, before = Counter[UUID](), Counter[UUID]()
    for one in tallies:
        if one.category is not None:
            now[one.category] += one.now
            before[one.category] += one.before
    nodes = {node.id: node for node in orgs.categories().leaves}
    listed = [key for key, n in now.most_common() if n >= w.FLOOR and key in nodes][:MOST]
    whole = (sum(one.now for one in tallies), sum(one.before for one in tallies))
    told = dict(zip(listed, _beside(whole[0], [now[key] for key in listed]), strict=True))
    kept = [key for key in listed if told[key] is not None]
    earlier = _beside(whole[1], [before[key] for key in kept])
    total = floored(whole)
    return Evidence(
        total=total[0],
        before=total[1],
        matters=tuple(
            Matter(nodes[key].label, nodes[key].code, told[key], then)
            for key, then in zip(kept, earlier, strict=True)
        ),
    )


def _beside(whole: int, parts: list[int]) -> tuple[int | None, ...]:
    """Return parts of a whole as they may stand beside it."""
    return told_parts(parts, whole - sum(parts))


def _trend(place: str) -> Curve:
    last = clock.today()
    first = last - timedelta(days=7 * TREND_WEEKS - 1)
    rows = counted(place[:6] + "000000").filter(opened_at__gte=midnight(first), **within(place))
    days = Counter(clock.local(at).date() for at in rows.values_list("opened_at", flat=True))
    return Curve(weeks(first, last), floored(weekly(days, first, last)))


def _warnings(viewer: Actor, place: str) -> list[Warning]:
    rows = seen(viewer, WarningFilters(area=place)).select_related("category").prefetch_related("places")
    return list(rows.order_by("-raised_at", "id")[:MOST])


def _effects(warnings: Sequence[Warning]) -> tuple[Effect, ...]:
    """Return what became of the matter after each confirmed warning was judged (one query for all)."""
    treated = [row for row in warnings if row.state == w.CONFIRMED and row.outcome_at is not None]
    if not treated:
        return ()
    span = timedelta(days=EFFECT_DAYS)
    first = min(row.first_day for row in treated) - span
    rows = counted(treated[0].county).filter(
        opened_at__gte=midnight(first),
        category__in={row.category_id for row in treated},
        village__in={one.village for row in treated for one in row.places.all()},
    )
    events = [
        (category, {village, grid}, clock.local(at).date())
        for category, village, grid, at in rows.values_list("category", "village", "grid", "opened_at")
    ]
    shown = as_warnings(treated, curves=False)
    made = []
    for row, line in zip(treated, shown, strict=True):
        codes = {one.place for one in row.places.all()}
        days = [day for category, at, day in events if category == row.category_id and at & codes]
        assert row.outcome_at is not None
        ended = clock.local(row.outcome_at).date()
        before = sum(row.last_day - span < day <= row.last_day for day in days)
        after = sum(ended < day <= ended + span for day in days)
        counts = floored([before, after])
        made.append(Effect(line, counts[0], counts[1], ended + span <= clock.today()))
    return tuple(made)
