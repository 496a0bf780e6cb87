"""The cases behind any number of a board: their timelines counted again by the rule the counters are kept by.

Lists of the desk answer what can be read off a case as it stands. How often a case was sent back, in which stage it was
late, what it gave to a rate: that only its timeline knows. So these cases are told by replaying, a bounded number at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jinlin.cases.models import Case, FollowUp
from jinlin.cases.queries.drills import drill_shapes, midnight, of_line
from jinlin.cases.queries.rows import CaseRow, as_rows
from jinlin.cases.queries.timelines import timelines_of
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.performance.queries.drills import REST
from jinlin.performance.queries.filters import Filters, Period, leaves_of, period_of
from jinlin.performance.queries.parts import WAITS
from jinlin.performance.queries.scope import COLUMN_BELOW, Area, Scope, scope_of
from jinlin.performance.rules.indicators import AGE, BY_CODE, MEDIAN, NUMBER, Terms, total
from jinlin.performance.rules.measures import FLOWS, STAGES, STATES, staged
from jinlin.performance.rules.named import STAGE_NAMES, named
from jinlin.performance.rules.telling import replayed

MOST: Final = 2_000  # timelines replayed for one page: about a second
IN_TIME: Final = "_done_in_time"  # of a stage; what was done less what was late
WAITING: Final = "waiting_"
ON_THE_DAY_REPORTED: Final = frozenset(
    {"opened", "reported", "registered", "registered_late", "direct", "repeats", "proactive"}
    | {f"exit_{code}" for code in w.EXITS}
)
Counts = tuple[Decimal, ...]


@dataclass(frozen=True)
class Asked:
    """Which number: a measure, an indicator, "resolve_done_in_time", "open", "in_signed", "waiting_resolve"; and of what part."""

    of: str
    part: str = ""  # an area below, REST for what lies in none of them
    bare: bool = False  # only what has no category yet


@dataclass(frozen=True)
class Behind:
    """The cases behind a number; `amounts` say what each gave, in the order of `heads`, `sums` what all gave together."""

    area: Area
    part: str  # its name, "" for the whole area
    filters: Filters
    name: str
    meaning: str
    heads: tuple[str, ...]
    sums: Counts
    amounts: Mapping[UUID, Counts]  # newest first, those the viewer may see
    hidden: int  # cases counted that the viewer's posts don't show
    is_now: bool = False  # of what is open, whatever the period
    too_many: bool = False
    masked: bool = False


@dataclass(frozen=True)
class _Number:
    """What a number is made of: terms over what a timeline counts, or a condition on open cases."""

    name: str
    heads: tuple[str, ...]
    terms: tuple[Terms, ...] = ()
    still: Q | None = None
    meaning: str = ""

    @property
    def measures(self) -> frozenset[str]:
        return frozenset(name for terms in self.terms for name, _weight in terms)


def _number(of: str, period: Period) -> _Number:
    """Return what is asked for; Invalid for a name that stands on no board."""
    indicator = BY_CODE.get(of)
    if indicator and not indicator.is_given:
        name, meaning = _(indicator.name), _(indicator.formula)
        if indicator.kind == AGE:
            return _Number(name, (_("件数"),), still=Q(state=w.LEDGERED), meaning=meaning)
        if indicator.kind in (MEDIAN, NUMBER):
            return _Number(name, (_("次数"),), (indicator.numerator,), meaning=meaning)
        terms = (indicator.numerator, indicator.denominator)
        return _Number(name, (_("分子"), _("分母")), terms, meaning=meaning)
    one = Decimal(1)
    if of in FLOWS:
        return _Number("".join(_(word) for word in _words(of)), (_("次数"),), (((of, one),),))
    stage = of.removesuffix(IN_TIME)
    if of.endswith(IN_TIME) and stage in STAGES:
        less: Terms = ((staged(stage, "done"), one), (staged(stage, "late"), -one))
        return _Number(_(STAGE_NAMES[stage]) + _("按时"), (_("次数"),), (less,))
    still = _still(of, period)
    if still is None:
        raise Invalid({"of": [_("没有这个数字，请从看板上点开。")]})
    return _Number(still[0], (_("件数"),), still=still[1])


def _words(measure: str) -> tuple[str, ...]:
    for prefix, names in (("exit_", {code: one[0] for code, one in w.EXITS.items()}), ("end_", w.END_KINDS)):
        if measure.startswith(prefix):
            return (names[measure.removeprefix(prefix)],)
    return named(measure) if not measure.startswith("answer_") else (_("第一次给出实在答复的件数"),)


def _still(of: str, period: Period) -> tuple[str, Q] | None:
    """Return the name and the condition of a number of what is open."""
    plain = {
        "open": (_("在办"), Q()),
        "overdue": (_("超时"), Q(due_at__lt=clock.now())),
        "due_today": (_("今天到期"), drill_shapes()["due_today"]),
        "due": (_("到期"), Q(due_at__gte=midnight(period.since), due_at__lt=_after(period))),
        "working": (_("正在办理（不含待核查、回访、裁定）"), drill_shapes()["working"]),
    }
    if of in plain:
        return plain[of]
    state, stage = of.removeprefix("in_"), of.removeprefix(WAITING)
    if of.startswith("in_") and state in STATES:
        return _(w.STATES[state][0]), Q(state=state)
    if of.startswith(WAITING) and stage in WAITS:
        return _(STAGE_NAMES[stage]) + _("在等"), Q(state__in=WAITS[stage])
    return None


def behind(*, viewer: Actor, area: str, asked: Asked, filters: Filters | None = None) -> Behind:
    """Return the cases behind a number of a board (at most eight queries); NotFound outside the viewer's block.

    Both days of the filters are taken as they are: a board gives those it counted. The sums are over all cases, also
    over those the viewer may not see; nothing is told to whoever is told tens.
    """
    scope, filters = scope_of(viewer=viewer, area=area), filters or Filters()
    period = _period(filters)
    number = _number(asked.of, period)
    filters = replace(filters, line=scope.line or filters.line, since=period.since, until=period.until)
    place = _part_name(scope, asked.part)
    empty = Behind(
        scope.area, place, filters, number.name, number.meaning, number.heads, (), {}, 0,
        is_now=number.still is not None and asked.of != "due", masked=scope.tell.masked,
    )  # fmt: skip
    if scope.tell.masked:
        return empty
    access.require(viewer, "case.list")
    rows = Case.unscoped.filter(_inside(scope, asked), _narrowed(filters, bare=asked.bare))
    ids = _found(number, rows, filters, period, scope)
    if len(ids) > MOST:
        return replace(empty, too_many=True)
    gave = dict.fromkeys(ids, (Decimal(1),)) if number.still is not None else _gave(number, ids, filters)
    seen = set(access.visible(viewer, Case.objects.filter(pk__in=list(gave))).values_list("pk", flat=True))
    amounts = {case: gave[case] for case in sorted(gave, reverse=True) if case in seen}
    sums = tuple(sum(column, Decimal(0)) for column in zip(*gave.values(), strict=True))
    return replace(
        empty, sums=sums or (Decimal(0),) * len(number.heads), amounts=amounts, hidden=len(gave) - len(seen)
    )


def _period(filters: Filters) -> Period:
    if filters.since and filters.until and filters.since <= filters.until:
        return Period(filters.since, filters.until)
    return period_of(filters)


def _after(period: Period) -> datetime:
    return midnight(period.until + timedelta(days=1))


def _part_name(scope: Scope, part: str) -> str:
    if not part:
        return ""
    if part == REST:
        return _("没有定到下一级")
    if part not in scope.children:
        raise Invalid({"part": [_("这里没有这个地方，请从看板上点开。")]})
    return scope.children[part]


def _inside(scope: Scope, asked: Asked) -> Q:
    level, code = scope.area.level, scope.area.code
    inside = Q(county__in=scope.counties) & {4: Q(town=code), 5: Q(village=code)}.get(level, Q())
    below = COLUMN_BELOW[level]
    if asked.part == REST:
        return inside & ~Q(**{f"{below}__in": list(scope.children)})
    return inside & Q(**{below: asked.part}) if asked.part else inside


def _narrowed(filters: Filters, *, bare: bool) -> Q:
    found = Q(category=None) if bare else Q()
    if filters.category:
        leaves = leaves_of(filters.category)
        found &= Q(category_id__in=[node.id for node in orgs.categories().nodes if node.code in leaves])
    return found & Q(channel=filters.channel) if filters.channel else found


def _found(
    number: _Number, rows: QuerySet[Case], filters: Filters, period: Period, scope: Scope
) -> list[UUID]:
    """Return the cases that may have given something, one more than are replayed if there are too many."""
    since, until = midnight(period.since), _after(period)
    if number.still is not None:
        line = of_line(filters.line, scope.counties) if filters.line else Q()
        return list(rows.filter(number.still, line, is_open=True).values_list("pk", flat=True)[: MOST + 1])
    born = rows.filter(opened_at__lt=until)
    if number.measures <= ON_THE_DAY_REPORTED:
        return list(born.filter(opened_at__gte=since).values_list("pk", flat=True)[: MOST + 1])
    asked = FollowUp.objects.filter(
        county__in=scope.counties, answered_at__gte=since, answered_at__lt=until, case__is_open=False
    )
    several = (
        born.filter(is_open=True),
        born.filter(is_open=False, closed_at__gte=since),
        born.filter(is_open=False, closed_at__lt=since, pk__in=asked.values("case_id")),
    )
    plain = [one.order_by().values_list("pk", flat=True) for one in several]
    return list(plain[0].union(*plain[1:], all=True)[: MOST + 1])


def _gave(number: _Number, ids: Sequence[UUID], filters: Filters) -> dict[UUID, Counts]:
    """Return what each case gave, without those that gave nothing."""
    since, until = str(filters.since), str(filters.until)
    found: dict[UUID, Counts] = {}
    for case, lines in timelines_of(ids):
        sums: dict[str, int] = {}
        for (line, day, measure), n in replayed(lines).flows.items():
            if measure in number.measures and since <= day <= until and filters.line in ("", line):
                sums[measure] = sums.get(measure, 0) + n
        amounts = tuple(total(terms, sums) for terms in number.terms)
        if any(amounts):
            found[case] = amounts
    return found


def rows_behind(*, viewer: Actor, ids: Iterable[UUID]) -> tuple[CaseRow, ...]:
    """Return the lines of some of these cases, in their order, those the viewer may see (four queries)."""
    access.require(viewer, "case.list")
    wanted = list(ids)
    found = {case.pk: case for case in access.visible(viewer, Case.objects.filter(pk__in=wanted))}
    return as_rows([found[case] for case in wanted if case in found], viewer)
