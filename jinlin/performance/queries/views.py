"""What a page asks of an area: as the viewer sees it, with the filters filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jinlin.people.access import Actor
from jinlin.performance.queries.drills import Drills
from jinlin.performance.queries.filters import Filters, Period, period_of, with_period
from jinlin.performance.queries.reading import COUNTY, days_are_kept
from jinlin.performance.queries.scope import Scope, scope_of


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
