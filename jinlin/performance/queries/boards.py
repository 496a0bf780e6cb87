"""The board of an area: now, the period, its own last year, the areas below; from counters, never a scan of cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.people.access import Actor
from jinlin.performance.queries import parts, trends
from jinlin.performance.queries.drills import Drills
from jinlin.performance.queries.figures import composites_of, figures_of
from jinlin.performance.queries.filters import Filters, Period, line_label, period_of, with_period
from jinlin.performance.queries.given import given
from jinlin.performance.queries.passed import passed_today
from jinlin.performance.queries.reading import (
    COUNTY,
    LINE,
    Ask,
    Count,
    Key,
    OpenCount,
    Sums,
    by,
    child_of,
    days_are_kept,
    only,
    open_below,
    open_rows,
    rows_below,
    rows_for,
    summed,
)
from jinlin.performance.queries.scope import Scope, scope_of
from jinlin.performance.queries.shapes import Board, Child, Counted, Figure, Now, Waiting
from jinlin.performance.rules.indicators import OF_FLOWS
from jinlin.performance.rules.measures import FLOWS, GAUGES, LEDGER_SINCE, STATES

COMING_DAYS: Final = 7
ALL_FLOWS: Final = tuple(FLOWS)
CHILD_FLOWS: Final = tuple(sorted(OF_FLOWS | {"ended", "opened", "reported"}))
CHECKING: Final = (w.VERIFYING, w.FOLLOW_UP, w.OBJECTED)


@dataclass(frozen=True)
class View:
    """What a page asks: an area as the viewer sees it, with the filters filled in."""

    scope: Scope
    filters: Filters
    period: Period
    widened: bool

    @property
    def drills(self) -> Drills:
        """Where the numbers of this view lead."""
        return Drills(self.scope, self.filters)

    @property
    def below(self) -> Filters:
        """The filters of the areas below: by whole months where their days aren't kept so finely."""
        by_day = days_are_kept(max(self.scope.area.level + 1, COUNTY), self.filters.bits)
        return self.filters if by_day else with_period(self.filters, self.period.months())


def view_of(*, viewer: Actor, area: str, filters: Filters) -> View:
    """Return what a viewer may ask of an area; a department post sees its own line, whatever was asked."""
    scope = scope_of(viewer=viewer, area=area)
    if scope.line:
        filters = replace(filters, line=scope.line)
    asked = period_of(filters)
    by_day = days_are_kept(scope.area.level, filters.bits)
    period = asked if by_day else asked.months()
    return View(scope, with_period(filters, period), period, period != asked)


def board(*, viewer: Actor, area: str, filters: Filters | None = None, step: str = "auto") -> Board:
    """Return everything a page about an area shows; at most 12 queries, however large the history.

    `step` of the trend: day, week, month, or what suits the period. Raises NotFound outside the viewer's block.
    """
    view = view_of(viewer=viewer, area=area, filters=filters or Filters())
    scope, bits, period = view.scope, view.filters.bits, view.period
    code, counties = scope.area.code, scope.counties
    now, passed = _open_sums(view), passed_today(scope, view.filters)
    flows = summed(
        Count,
        ALL_FLOWS,
        (
            Ask("now", rows_for(code, counties, bits, period), (), view.filters),
            Ask("last", rows_for(code, counties, bits, period.a_year_before()), (), view.filters),
        ),
    )
    mixes = trends.mixes(view.scope, view.filters, period, step)
    mixed = replace(view.drills, filters=mixes.filters)
    sums, still = only(flows["now"]), only(now["due"])
    figures = figures_of({**sums, **_ledger(still), **given(scope.area, period)}, scope.tell)
    below = _below(view, now["below"], passed)
    return Board(
        area=scope.area,
        trail=scope.trail,
        filters=view.filters,
        locked_line=bool(scope.line),
        widened=view.widened,
        masked=scope.tell.masked,
        may_drill=scope.may_drill,
        now=_now(view, now, sum(passed.values())),
        flow=parts.flow_of(sums, scope.tell, view.drills),
        figures=tuple(_leading(one, view.drills) for one in figures),
        last_year=figures_of(only(flows["last"]), scope.tell),
        composites=composites_of(figures),
        funnel=parts.funnel_of(sums, still, scope.tell),
        trend=mixes.trend,
        mix_filters=mixes.filters,
        categories=parts.shares_of(mixes.categories, "category", scope.tell, mixed),
        channels=parts.shares_of(mixes.channels, "channel", scope.tell, mixed),
        below_filters=view.below,
        children=_children(view, below),
        rest=_rest(view, below, sums, by(now["due"], "day")),
    )


def children(*, viewer: Actor, area: str, filters: Filters | None = None) -> tuple[Child, ...]:
    """Return the areas below with what is open and their figures, for a map (at most 9 queries)."""
    view = view_of(viewer=viewer, area=area, filters=filters or Filters())
    return _children(
        view, _below(view, _open_sums(view, "below")["below"], passed_today(view.scope, view.filters))
    )


def figures(*, viewer: Actor, area: str, filters: Filters | None = None) -> tuple[Figure, ...]:
    """Return every indicator of an area and a period, for an export or the API (at most 9 queries)."""
    view = view_of(viewer=viewer, area=area, filters=filters or Filters())
    rows = rows_for(area, view.scope.counties, view.filters.bits, view.period)
    sums = only(summed(Count, ALL_FLOWS, (Ask("now", rows, (), view.filters),))["now"])
    still = _ledger(only(_open_sums(view, "due")["due"]))
    return figures_of({**sums, **still, **given(view.scope.area, view.period)}, view.scope.tell)


UNFINISHED: Final = frozenset({"close_rate"})


def _leading(figure: Figure, drills: Drills) -> Figure:
    """Give a figure the list of what keeps it from being better: should be closed by now and isn't."""
    whole = not drills.filters.line
    drill = drills.period("unfinished") if whole and figure.code in UNFINISHED else None
    if figure.code == "ledger_age":
        drill = drills.open("open", state=w.LEDGERED)
    return replace(figure, drill=drill) if drill else figure


def _ledger(still: Mapping[str, int]) -> dict[str, int]:
    return {name: still.get(name, 0) for name in ("in_ledgered", LEDGER_SINCE)}


LINED: Final = ("n", *(f"in_{state}" for state in CHECKING))
PLACED: Final = ("n", "in_ledgered", LEDGER_SINCE)


def _open_sums(view: View, *names: str) -> dict[str, dict[Key, Sums]]:
    """Return what is open: by due day, by line, and by area below and due day, or some of these (one query)."""
    scope, filters = view.scope, view.filters
    code, counties = scope.area.code, scope.counties
    asks = (
        Ask("due", (open_rows(code, counties, filters.bits),), ("day",), filters),
        Ask("line", (open_rows(code, counties, filters.bits | LINE),), ("line",), filters, LINED),
        Ask(
            "below",
            (open_below(code, counties, scope.children, filters.bits),),
            ("area", "day"),
            filters,
            PLACED,
        ),
    )
    return summed(OpenCount, GAUGES, [ask for ask in asks if not names or ask.name in names])


def _due(found: Mapping[str, Sums], today: date) -> tuple[int, int, int]:
    """Return (open, due today, due before today) of sums by due day."""
    day = today.isoformat()
    whole = sum(sums["n"] for sums in found.values())
    late = sum(sums["n"] for when, sums in found.items() if when < day)
    return whole, found.get(day, Counter())["n"], late


def _now(view: View, found: Mapping[str, dict[Key, Sums]], passed: int) -> Now:
    tell, drills, today = view.scope.tell, view.drills, clock.today()
    days = by(found["due"], "day")
    whole, due, late = _due(days, today)
    coming = [today + timedelta(days=at) for at in range(COMING_DAYS)]
    at_day = {day: days.get(day.isoformat(), Counter())["n"] for day in coming}
    at_day[today] -= passed
    states = only(found["due"])
    return Now(
        open=Counted(tell.count(whole), drills.open()),
        due_today=Counted(tell.count(due - passed), drills.open("due_today")),
        overdue=Counted(tell.count(late + passed), drills.open("overdue")),
        coming=tuple((day, tell.count(n)) for day, n in at_day.items()),
        waiting=_waiting(view, by(found["line"], "line")),
        states=tuple(
            Waiting(
                state,
                _(w.STATES[state][0]),
                Counted(tell.count(states[f"in_{state}"]), drills.open(state=state)),
            )
            for state in STATES
            if states[f"in_{state}"]
        ),
    )


def _waiting(view: View, lines: Mapping[str, Sums]) -> tuple[Waiting, ...]:
    """Return for whom open cases wait: the holder, or whoever checks, asks or rules."""
    tell, drills = view.scope.tell, view.drills
    checking = {state: sum(sums[f"in_{state}"] for sums in lines.values()) for state in CHECKING}
    found = [
        (line, line_label(line), n, drills.open("working", line=line))
        for line, sums in lines.items()
        if (n := sums["n"] - sum(sums[f"in_{state}"] for state in CHECKING)) > 0
    ]
    found += [
        (state, _(w.STATES[state][0]), n, drills.open(state=state)) for state, n in checking.items() if n
    ]
    found.sort(key=lambda one: (-one[2], one[0]))
    return tuple(Waiting(code, label, Counted(tell.count(n), drill)) for code, label, n, drill in found)


@dataclass(frozen=True)
class Below:
    """Sums of the areas below an area, by area and, for what is open, by due day."""

    flows: Mapping[str, Sums]
    still: Mapping[str, Mapping[str, Sums]]
    passed: Mapping[str, int]


def _below(view: View, open_by_area: Mapping[Key, Sums], passed: Mapping[str, int]) -> Below:
    scope, filters = view.scope, view.filters
    code = scope.area.code
    rows = rows_below(code, scope.counties, scope.children, filters.bits, period_of(view.below))
    found = summed(Count, CHILD_FLOWS, (Ask("below", rows, ("area",), filters),))
    flows: dict[str, Sums] = {}
    for (area, *_rest), sums in found["below"].items():
        flows.setdefault(child_of(code, area), Counter()).update(sums)
    still: dict[str, dict[str, Sums]] = {}
    for (area, day, *_rest), sums in open_by_area.items():
        still.setdefault(child_of(code, area), {}).setdefault(day, Counter()).update(sums)
    return Below(flows, still, passed)


def _children(view: View, below: Below) -> tuple[Child, ...]:
    return tuple(
        _child(
            view,
            (area, name),
            below.flows.get(area, Counter()),
            below.still.get(area, {}),
            below.passed.get(area, 0),
        )
        for area, name in view.scope.children.items()
    )


def _rest(view: View, below: Below, whole: Sums, due: Mapping[str, Sums]) -> Child | None:
    """Return what lies in no area below: not placed further down, or in one that no longer stands.

    What happened is told only where the areas below are counted over the same days as the whole.
    """
    inside = view.scope.children
    same = view.below == view.filters
    left: Sums = Counter({name: n for name, n in whole.items() if name in CHILD_FLOWS and same})
    still = {day: Counter(sums) for day, sums in due.items()}
    for area in inside:
        left.subtract(below.flows.get(area, Counter()) if same else Counter())
        for day, sums in below.still.get(area, {}).items():
            still.setdefault(day, Counter()).subtract(sums)
    lost = sum(n for area, n in below.passed.items() if area not in inside)
    if not any(left.values()) and not any(sums["n"] for sums in still.values()):
        return None
    return _child(view, ("", _("没有定到下一级")), left, still, lost)


def _child(
    view: View, named: tuple[str, str], flows: Mapping[str, int], still: Mapping[str, Sums], passed: int
) -> Child:
    code, name = named
    tell, drills = view.scope.tell, replace(view.drills, filters=view.below)
    whole, due, late = _due(still, clock.today())
    counts = {**flows, **_ledger(only({("", day, "", "", ""): sums for day, sums in still.items()}))}

    def counted(n: int, list_of: str, of_period: bool = False) -> Counted:
        if not code or (of_period and view.filters.line):
            return Counted(tell.count(n))
        drill = drills.period(list_of, place=code) if of_period else drills.open(list_of, place=code)
        return Counted(tell.count(n), drill)

    return Child(
        code=code,
        name=name,
        open=counted(whole, "open"),
        due_today=counted(due - passed, "due_today"),
        overdue=counted(late + passed, "overdue"),
        reported=counted(flows.get("reported", 0), "reported", of_period=True),
        closed=counted(flows.get("ended", 0), "ended", of_period=True),
        figures=figures_of(counts, tell),
    )
