"""The board of an area: now, the period, its own last year, the areas below; from counters, never a scan of cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.people.access import Actor
from jinlin.performance.queries import parts, trends
from jinlin.performance.queries.below import (
    by_child,
    children_of,
    flows_below,
    ledger_of,
    rest_of,
    sums_below,
)
from jinlin.performance.queries.drills import Drills
from jinlin.performance.queries.figures import composites_of, figures_of
from jinlin.performance.queries.filters import Filters, line_label
from jinlin.performance.queries.given import given
from jinlin.performance.queries.measures import MAP_MEASURES
from jinlin.performance.queries.passed import passed_today
from jinlin.performance.queries.reading import (
    LATE,
    LINE,
    TODAY,
    Ask,
    Count,
    Key,
    OpenCount,
    Sums,
    by,
    only,
    open_below,
    open_rows,
    rows_for,
    summed,
)
from jinlin.performance.queries.shapes import Board, Counted, Figure, MapArea, Now, Waiting
from jinlin.performance.queries.views import View, view_of
from jinlin.performance.rules.indicators import INDICATORS
from jinlin.performance.rules.measures import FLOWS, GAUGES, LEDGER_SINCE, STATES

COMING_DAYS: Final = 7
OVERDUE, DUE_TODAY = "overdue", "due_today"
EVERY_RATE: Final = tuple(one.code for one in INDICATORS)
ALL_FLOWS: Final = tuple(FLOWS)
CHECKING: Final = (w.VERIFYING, w.FOLLOW_UP, w.OBJECTED)


def board(
    *,
    viewer: Actor,
    area: str,
    filters: Filters | None = None,
    step: str = "auto",
    rates_below: Sequence[str] = EVERY_RATE,
) -> Board:
    """Return everything a page about an area shows; at most 12 queries, however large the history.

    `step` of the trend: day, week, month, or what suits the period. `rates_below`: the indicators the areas below are
    asked for; the fewer, the less is read. Raises NotFound outside the viewer's block.
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
    figures = figures_of({**sums, **ledger_of(still), **given(scope.area, period)}, scope.tell)
    led = view.drills
    below = sums_below(view, now["below"], passed, tuple(rates_below))
    return Board(
        area=scope.area,
        trail=scope.trail,
        filters=view.filters,
        locked_line=bool(scope.line),
        widened=view.widened,
        masked=scope.tell.masked,
        may_drill=scope.may_drill,
        now=_now(view, now, sum(passed.values())),
        flow=parts.flow_of(sums, scope.tell, led),
        figures=tuple(_leading(one, led) for one in figures),
        last_year=figures_of(only(flows["last"]), scope.tell),
        composites=composites_of(figures),
        funnel=parts.funnel_of(sums, still, scope.tell, led),
        trend=mixes.trend,
        mix_filters=mixes.filters,
        categories=parts.shares_of(mixes.categories, "category", scope.tell, mixed),
        channels=parts.shares_of(mixes.channels, "channel", scope.tell, mixed),
        below_filters=view.below,
        children=children_of(view, below),
        rest=rest_of(view, below, sums, still),
    )


def map_areas(
    *, viewer: Actor, area: str, by: str = "open", filters: Filters | None = None
) -> tuple[MapArea, ...]:
    """Return the areas below with the one number a map shows of them, and read nothing else (at most 9 queries).

    `by`: the code of one of `MAP_MEASURES`.
    """
    view = view_of(viewer=viewer, area=area, filters=filters or Filters())
    measure = next(one for one in MAP_MEASURES if one.code == by)
    sums: dict[str, Sums] = flows_below(view, measure.flows) if measure.flows else {}
    if measure.still:
        sums = by_child(view, summed(OpenCount, measure.still, (_open_below(view, measure.still),))["below"])
    if by in (OVERDUE, DUE_TODAY):
        for code, n in passed_today(view.scope, view.filters).items():
            sums.setdefault(code, Counter()).update({measure.still[0]: n if by == OVERDUE else -n})
    tell = view.scope.tell
    found = []
    for code, name in view.scope.children.items():
        held = sums.get(code, Counter())
        count = tell.count(held[(*measure.flows, *measure.still)[0]]) if measure.is_count else 0
        figure = None if measure.is_count else figures_of(held, tell, only=(by,))[0]
        found.append(MapArea(code, name, count, figure))
    return tuple(found)


def figures(*, viewer: Actor, area: str, filters: Filters | None = None) -> tuple[Figure, ...]:
    """Return every indicator of an area and a period, for an export or the API (at most 9 queries)."""
    view = view_of(viewer=viewer, area=area, filters=filters or Filters())
    rows = rows_for(area, view.scope.counties, view.filters.bits, view.period)
    sums = only(summed(Count, ALL_FLOWS, (Ask("now", rows, (), view.filters),))["now"])
    still = ledger_of(only(_open_sums(view, "due")["due"]))
    return figures_of({**sums, **still, **given(view.scope.area, view.period)}, view.scope.tell)


UNFINISHED: Final = frozenset({"close_rate"})


def _leading(figure: Figure, drills: Drills) -> Figure:
    """Give a figure the cases it is made of, and the list of what keeps it from being better."""
    whole = not drills.filters.line
    drill = drills.period("unfinished") if whole and figure.code in UNFINISHED else None
    if figure.code == "ledger_age":
        drill = drills.open("open", state=w.LEDGERED)
    return replace(figure, drill=drill, behind=drills.of_figure(figure.code))


LINED: Final = ("n", *(f"in_{state}" for state in CHECKING))
PLACED: Final = ("n", LATE, TODAY, "in_ledgered", LEDGER_SINCE)
MEASURED: Final = (*GAUGES, LATE, TODAY)


def _open_sums(view: View, *names: str) -> dict[str, dict[Key, Sums]]:
    """Return what is open: by due day, by line, and by area below, or some of these (one query)."""
    scope, filters = view.scope, view.filters
    code, counties = scope.area.code, scope.counties
    asks = (
        Ask("due", (open_rows(code, counties, filters.bits),), ("day",), filters),
        Ask("line", (open_rows(code, counties, filters.bits | LINE),), ("line",), filters, LINED),
        _open_below(view, PLACED),
    )
    return summed(OpenCount, MEASURED, [ask for ask in asks if not names or ask.name in names])


def _open_below(view: View, measures: tuple[str, ...]) -> Ask:
    scope, filters = view.scope, view.filters
    rows = open_below(scope.area.code, scope.counties, scope.children, filters.bits)
    return Ask("below", (rows,), ("area",), filters, measures)


def _now(view: View, found: Mapping[str, dict[Key, Sums]], passed: int) -> Now:
    tell, drills, today = view.scope.tell, view.drills, clock.today()
    days = by(found["due"], "day")
    states = only(found["due"])
    coming = [today + timedelta(days=at) for at in range(COMING_DAYS)]
    at_day = {day: days.get(day.isoformat(), Counter())["n"] for day in coming}
    at_day[today] -= passed
    return Now(
        open=Counted(tell.count(states["n"]), drills.now()),
        due_today=Counted(tell.count(states[TODAY] - passed), drills.now("due_today")),
        overdue=Counted(tell.count(states[LATE] + passed), drills.now("overdue")),
        coming=tuple((day, Counted(tell.count(n), drills.due_on(day))) for day, n in at_day.items()),
        waiting=_waiting(view, by(found["line"], "line")),
        states=tuple(
            Waiting(
                state,
                _(w.STATES[state][0]),
                Counted(tell.count(states[f"in_{state}"]), drills.in_state(state)),
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
        (line, line_label(line), n, drills.working(line))
        for line, sums in lines.items()
        if (n := sums["n"] - sum(sums[f"in_{state}"] for state in CHECKING)) > 0
    ]
    found += [(state, _(w.STATES[state][0]), n, drills.in_state(state)) for state, n in checking.items() if n]
    found.sort(key=lambda one: (-one[2], one[0]))
    return tuple(Waiting(code, label, Counted(tell.count(n), drill)) for code, label, n, drill in found)
