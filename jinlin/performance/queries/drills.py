"""From a number to the cases behind it: the address of the desk's list that holds exactly these."""

from __future__ import annotations

from dataclasses import dataclass

from jinlin.performance.queries.filters import Filters
from jinlin.performance.queries.scope import Scope

COUNTY = 3


@dataclass(frozen=True)
class Drills:
    """Addresses for one area under one set of filters; none where the viewer's lists wouldn't match the counters."""

    scope: Scope
    filters: Filters

    def _query(self, view: str, place: str, **more: str) -> dict[str, str] | None:
        level = self.scope.area.level
        if not self.scope.may_drill or (not place and level < COUNTY):
            return None
        held = {
            "view": view,
            "place": place or self.scope.area.code,
            "line": self.filters.line,
            "category": self.filters.category,
            "channel": self.filters.channel,
        }
        held.update({name: value for name, value in more.items() if value})
        return {name: value for name, value in held.items() if value}

    def open(self, view: str = "open", *, place: str = "", **more: str) -> dict[str, str] | None:
        """Return the list of a view of what is open: open, due_today, overdue, working, ledger."""
        return self._query(view, place, **more)

    def period(self, view: str, *, place: str = "", **more: str) -> dict[str, str] | None:
        """Return the list of a view of the period: opened, reported, ended, unfinished."""
        since, until = self.filters.since, self.filters.until
        if not since or not until:
            return None
        days = {"since": since.isoformat(), "until": until.isoformat()}
        return self._query(view, place, **days, **more)
