"""The areas below an area: what is open in each, its figures, and what lies in none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from jinlin.performance.queries.drills import REST
from jinlin.performance.queries.figures import figures_of
from jinlin.performance.queries.filters import period_of
from jinlin.performance.queries.reading import (
    LATE,
    TODAY,
    Ask,
    Count,
    Key,
    Sums,
    child_of,
    rows_below,
    summed,
)
from jinlin.performance.queries.shapes import Child, Counted
from jinlin.performance.queries.views import View
from jinlin.performance.rules.indicators import BY_CODE, OF_FLOWS
from jinlin.performance.rules.measures import LEDGER_SINCE

COUNTED: Final = frozenset({"ended", "opened", "reported"})


def ledger_of(still: Mapping[str, int]) -> dict[str, int]:
    """Return what the age of the ledger is made of."""
    return {name: still.get(name, 0) for name in ("in_ledgered", LEDGER_SINCE)}


@dataclass(frozen=True)
class Below:
    """Sums of the areas below an area, by area: what happened, what is open, what fell due earlier today."""

    flows: Mapping[str, Sums]
    still: Mapping[str, Sums]
    passed: Mapping[str, int]
    rates: tuple[str, ...]  # the indicators that are asked of each

    @property
    def counted(self) -> tuple[str, ...]:
        """What is read of what happened."""
        return counted_for(self.rates)


def counted_for(rates: Iterable[str]) -> tuple[str, ...]:
    """Return the measures of what happened that the counts of an area and these indicators are made of."""
    measures = {name for code in rates for name in BY_CODE[code].measures}
    return tuple(sorted(OF_FLOWS & measures | COUNTED))


def sums_below(
    view: View, open_by_area: Mapping[Key, Sums], passed: Mapping[str, int], rates: tuple[str, ...]
) -> Below:
    """Return the sums of the areas below (one query)."""
    flows = flows_below(view, counted_for(rates))
    return Below(flows, by_child(view, open_by_area), passed, rates)


def flows_below(view: View, measures: tuple[str, ...]) -> dict[str, Sums]:
    """Return some of what happened in the areas below (one query)."""
    scope, filters = view.scope, view.filters
    rows = rows_below(scope.area.code, scope.counties, scope.children, filters.bits, period_of(view.below))
    return by_child(view, summed(Count, measures, (Ask("below", rows, ("area",), filters),))["below"])


def by_child(view: View, found: Mapping[Key, Sums]) -> dict[str, Sums]:
    """Return sums of the areas below, by area."""
    told: dict[str, Sums] = {}
    for (area, *_rest), sums in found.items():
        told.setdefault(child_of(view.scope.area.code, area), Counter()).update(sums)
    return told


def children_of(view: View, below: Below) -> tuple[Child, ...]:
    """Return the areas below with what is open and their figures."""
    return tuple(
        _child(
            view,
            (area, name),
            below.flows.get(area, Counter()),
            below.still.get(area, Counter()),
            (below.passed.get(area, 0), below.rates),
        )
        for area, name in view.scope.children.items()
    )


def rest_of(view: View, below: Below, whole: Sums, all_open: Sums) -> Child | None:
    """Return what lies in no area below: not placed further down, or in one that no longer stands.

    What happened is told only where the areas below are counted over the same days as the whole.
    """
    inside = view.scope.children
    same = view.below == view.filters
    left: Sums = Counter({name: n for name, n in whole.items() if name in below.counted and same})
    still: Sums = Counter(all_open)
    for area in inside:
        left.subtract(below.flows.get(area, Counter()) if same else Counter())
        still.subtract(below.still.get(area, Counter()))
    lost = sum(n for area, n in below.passed.items() if area not in inside)
    if not any(left.values()) and not still["n"]:
        return None
    return _child(view, ("", _("没有定到下一级")), left, still, (lost, below.rates))


def _child(
    view: View,
    named: tuple[str, str],
    flows: Mapping[str, int],
    still: Sums,
    told: tuple[int, tuple[str, ...]],
) -> Child:
    (code, name), (passed, rates) = named, told
    tell, drills = view.scope.tell, replace(view.drills, filters=view.below)
    counts = {**flows, **ledger_of(still)}

    part = code or REST

    def counted(n: int, list_of: str, of_period: bool = False) -> Counted:
        if not of_period:
            return Counted(tell.count(n), drills.now(list_of, part=part))
        listed = drills.period(list_of, place=code) if code and not view.filters.line else None
        return Counted(tell.count(n), listed or drills.behind(list_of, part=part))

    return Child(
        code=code,
        name=name,
        open=counted(still["n"], "open"),
        due_today=counted(still[TODAY] - passed, "due_today"),
        overdue=counted(still[LATE] + passed, "overdue"),
        reported=counted(flows.get("reported", 0), "reported", of_period=True),
        closed=counted(flows.get("ended", 0), "ended", of_period=True),
        figures=tuple(
            replace(one, behind=drills.of_figure(one.code, part=part))
            for one in figures_of(counts, tell, only=rates)
        ),
    )
