"""Warnings as read: one sentence each, what similar ones came to, and how right each method was month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Case
from jinlin.insight.models import Slip, Warning, WarningPlace
from jinlin.insight.models.warning import WarningQuerySet
from jinlin.insight.queries.curves import Curve, sparks
from jinlin.insight.rules import words as w
from jinlin.insight.rules.floors import told_parts
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.people.areas import require_area
from jinlin.people.rules import role_may
from jinlin.places import queries as places
from jinlin.places.rules import level_of

PAGE: Final = 20
REMEMBERED: Final = timedelta(days=2 * 365)
SHOWN_PLACES: Final = 6


@dataclass(frozen=True)
class Past:
    """What earlier warnings of the same matter and method in the county came to."""

    true: int = 0
    partly: int = 0
    false_alarm: int = 0
    already_known: int = 0

    @property
    def total(self) -> int:
        """How many were judged."""
        return self.true + self.partly + self.false_alarm + self.already_known

    @property
    def right(self) -> int:
        """How many of them said something: true, partly, or known already."""
        return self.total - self.false_alarm


@dataclass(frozen=True)
class PlaceLine:
    """One place of a warning; `observed` None is fewer than 5, or would tell such a place by subtraction."""

    code: str
    name: str
    observed: int | None
    expected: float | None


@dataclass(frozen=True)
class WarningRow:
    """One warning as shown; `sentence` says all that the figures say."""

    id: UUID
    county: str
    category: str
    category_code: str
    place: str
    place_code: str
    places: tuple[PlaceLine, ...]
    neighbours: int
    observed: int
    reporters: int
    expected: float
    window_days: int
    first_day: date
    last_day: date
    method: str
    method_label: str
    score: float
    state: str
    state_label: str
    raised_at: datetime
    extensions: int
    sentence: str
    past: Past
    outcome: str
    outcome_label: str
    curve: Curve | None


@dataclass(frozen=True)
class WarningFilters:
    """What a list is narrowed to; empty: everything in sight."""

    area: str = ""
    state: str = ""
    category: str = ""
    method: str = ""


@dataclass(frozen=True)
class WarningList:
    """A page of warnings, and where the next one begins."""

    rows: tuple[WarningRow, ...]
    next: str


@dataclass(frozen=True)
class WarningDetail:
    """One warning with what was decided and done, and what the viewer may do."""

    row: WarningRow
    reason: str
    dismissal_label: str
    decided_at: datetime | None
    decided_unit: str
    outcome_words: str
    case: str  # tracking code, if a case was opened and the viewer sees it
    has_case: bool
    before: UUID | None
    may_decide: bool
    slips: tuple[tuple[UUID, str, str], ...] = field(default_factory=tuple)


def seen(viewer: Actor, filters: WarningFilters) -> WarningQuerySet:
    """Return the warnings in sight that fit, unordered."""
    rows = access.visible(viewer, Warning.objects.all())
    if filters.area:
        rows = rows.filter(_inside(filters.area))
    if filters.state:
        if filters.state not in w.WARNING_STATES:
            raise Invalid({"state": [_("没有这种状态，请从列表中选择。")]})
        rows = rows.filter(state=filters.state)
    if filters.method:
        rows = rows.filter(method=filters.method)
    if filters.category:
        rows = rows.filter(category__code=filters.category)
    return rows


def _inside(area: str) -> Q:
    county, level = area[:6] + "000000", level_of(area)
    if level <= 3:
        return Q(county=county)
    column = "town" if level == 4 else "village"
    touched = WarningPlace.objects.filter(county=county, **{column: area[:12]})
    return Q(county=county, pk__in=touched.values("warning"))


def warning_list(
    *, viewer: Actor, filters: WarningFilters, after: str = "", limit: int = PAGE
) -> WarningList:
    """Return a page of warnings, the latest first (at most 9 queries)."""
    access.require(viewer, "insight.view")
    if filters.area:
        require_area(viewer, "insight.view", filters.area)
    rows = seen(viewer, filters)
    if after:
        moment, last = _cursor(after)
        rows = rows.filter(Q(raised_at__lt=moment) | Q(raised_at=moment, pk__gt=last))
    found = list(
        rows.order_by("-raised_at", "id").select_related("category").prefetch_related("places")[: limit + 1]
    )
    page = found[:limit]
    tail = f"{page[-1].raised_at.isoformat()}/{page[-1].pk}" if len(found) > limit else ""
    return WarningList(as_warnings(page), tail)


def _cursor(after: str) -> tuple[datetime, UUID]:
    try:
        moment, _slash, last = after.partition("/")
        at = datetime.fromisoformat(moment)
        clock.local(at)
        return at, UUID(last)
    except ValueError:
        raise Invalid({"after": [_("翻页的位置不对，请从第一页重新看。")]}) from None


def as_warnings(rows: Sequence[Warning], *, curves: bool = True) -> tuple[WarningRow, ...]:
    """Return rows as shown, with names, curves and what similar ones came to (at most 5 queries)."""
    rows = list(rows)
    names = places.area_names({one.place for row in rows for one in row.places.all()})
    names |= places.area_names({row.centre[:12] for row in rows})
    drawn = sparks(rows) if curves else {}
    past = _past(rows)
    tree = orgs.categories()
    return tuple(
        _row(
            row,
            (names, tree.label(row.category.code)),
            past.get((row.county, row.category_id, row.method), Past()),
            drawn.get(row.pk),
        )
        for row in rows
    )


def _row(row: Warning, named: tuple[dict[str, str], str], past: Past, curve: Curve | None) -> WarningRow:
    names, category = named
    there = sorted(row.places.all(), key=lambda one: (one.expected - one.observed, one.place))
    told = told_parts([one.observed for one in there])
    lines = tuple(
        PlaceLine(
            one.place,
            names.get(one.place, one.place),
            observed or None,
            round(one.expected, 1) if observed else None,
        )
        for one, observed in zip(there, told, strict=True)
    )
    place = _named(row.centre, names)
    return WarningRow(
        id=row.pk,
        county=row.county,
        category=category,
        category_code=row.category.code,
        place=place,
        place_code=row.centre,
        places=lines,
        neighbours=row.neighbours,
        observed=row.observed,
        reporters=row.reporters,
        expected=round(row.expected, 1),
        window_days=row.window_days,
        first_day=row.first_day,
        last_day=row.last_day,
        method=row.method,
        method_label=_(w.METHODS[row.method]),
        score=round(row.score, 2),
        state=row.state,
        state_label=_(w.WARNING_STATES[row.state]),
        raised_at=row.raised_at,
        extensions=row.extensions,
        sentence=sentence_of(row, place, category),
        past=past,
        outcome=row.outcome,
        outcome_label=_(w.OUTCOMES[row.outcome]) if row.outcome else "",
        curve=curve,
    )


def _named(code: str, names: dict[str, str]) -> str:
    """Return the name of a place; a grid says its village too."""
    own, village = names.get(code, code), names.get(code[:12], "")
    return own if len(code) == 12 or not village or own.startswith(village) else f"{village}{own}"


def sentence_of(row: Warning, place: str, category: str) -> str:
    """Return what a warning says in one sentence: place, window, matter, seen, expected, from how many people."""
    more = (
        _("{place}等 {n} 处") if row.method == "whole" else _("{place}和周边 {n} 处")
    )  # everywhere: no neighbours
    n = row.neighbours + (row.method == "whole")
    where = more.format(place=place, n=n) if row.neighbours else place
    return _(
        "{where}，{days} 天里“{category}”{observed} 件，往常{usual}；反映的有 {people} 人，截至 {day}。"
    ).format(
        where=where,
        days=row.window_days,
        category=category,
        observed=row.observed,
        usual=_usual(row.expected),
        people=row.reporters,
        day=f"{row.last_day:%m-%d}",
    )


def _usual(value: float) -> str:
    if value < 1:
        return _("不到 1 件")
    return _("约 {n} 件").format(n=f"{value:.0f}" if value >= 10 else f"{value:.1f}")


def _past(rows: Iterable[Warning]) -> dict[tuple[str, UUID, str], Past]:
    """Return what judged warnings of the same county, matter and method came to, by that key (one query)."""
    rows = list(rows)
    if not rows:
        return {}
    judged = Warning.unscoped.filter(
        county__in={row.county for row in rows},
        category__in={row.category_id for row in rows},
        raised_at__gte=clock.now() - REMEMBERED,
    ).exclude(outcome="")
    found: dict[tuple[str, UUID, str], dict[str, int]] = defaultdict(dict)
    grouped = judged.values_list("county", "category", "method", "outcome").annotate(n=Count("id")).order_by()
    for county, category, method, outcome, n in grouped:
        found[county, category, method][outcome] = n
    return {key: Past(**counts) for key, counts in found.items()}


def warning_detail(*, viewer: Actor, warning_id: UUID) -> WarningDetail:
    """Return one warning with everything done about it (at most 12 queries); NotFound outside of the viewer's block."""
    access.require(viewer, "insight.view")
    rows = access.visible(viewer, Warning.objects.all()).filter(pk=warning_id)
    row = rows.select_related("category").prefetch_related("places").first()
    if row is None:
        raise NotFound(_("这条预警"))
    case = ""
    if row.case_id:
        mine = access.visible(viewer, Case.objects.all()).filter(pk=row.case_id)
        case = mine.values_list("tracking", flat=True).first() or ""
    sent = access.visible(viewer, Slip.objects.all()).filter(warning=row).order_by("sent_at")
    slips = tuple((slip.pk, _(w.SLIPS[slip.kind]), _(w.SLIP_STATES[slip.state])) for slip in sent)
    return WarningDetail(
        row=as_warnings([row])[0],
        reason=row.reason,
        dismissal_label=_(w.DISMISSALS[row.dismissal][0]) if row.dismissal else "",
        decided_at=row.decided_at,
        decided_unit=orgs.unit_name(row.decided_unit),
        outcome_words=row.outcome_words,
        case=case,
        has_case=row.case_id is not None,
        before=row.before_id,
        may_decide=deciding_post(viewer, row) is not None,
        slips=slips,
    )


def deciding_post(actor: Actor, row: Warning) -> ActivePost | None:
    """Return the post of the actor that may decide about a warning: it must lie wholly in that post's block."""
    for post in actor.posts:
        if not role_may(post.role, "insight.decide"):
            continue
        inside = {4: row.town == post.place, 3: row.county == post.place, 2: row.county[:4] == post.place[:4]}
        if inside.get(post.level, False):
            return post
    return None


def warning_of_case(*, viewer: Actor, case_id: UUID) -> UUID | None:
    """Return the warning a case was opened for, if the viewer may read it (one query)."""
    if not access.may(viewer, "insight.view"):
        return None
    rows = access.visible(viewer, Warning.objects.all()).filter(case_id=case_id)
    return rows.values_list("pk", flat=True).first()
