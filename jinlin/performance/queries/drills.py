"""From a number to the cases behind it: the desk's list that holds exactly these, else the board's own page of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from jinlin.kernel import clock
from jinlin.performance.queries.filters import Filters, filter_query
from jinlin.performance.queries.scope import Scope
from jinlin.performance.rules.indicators import BY_CODE

COUNTY: Final = 3
REST: Final = "-"  # what lies in no area below


@dataclass(frozen=True)
class Drills:
    """Addresses for one area under one set of filters; a list of the desk only where it matches the counters."""

    scope: Scope
    filters: Filters

    @cached_property
    def _narrowed(self) -> dict[str, str]:
        return filter_query(self.filters)

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

    def now(self, view: str = "open", *, part: str = "") -> dict[str, str] | None:
        """Return what is open, due today or overdue: here, or in an area below (REST: in none of them)."""
        led = None if part == REST else self.open(view, place=part)
        return led or self.behind(view, part=part)

    def in_state(self, state: str) -> dict[str, str] | None:
        """Return what is open in a state."""
        return self.open(state=state) or self.behind(f"in_{state}")

    def working(self, line: str) -> dict[str, str] | None:
        """Return what a line works on; one without a name has no list."""
        if not line:
            return None
        narrowed = replace(self, filters=replace(self.filters, line=line))
        return self.open("working", line=line) or narrowed.behind("working")

    def due_on(self, day: date) -> dict[str, str] | None:
        """Return what is due on a day; today only what still lies ahead."""
        if day == clock.today():
            return self.now("due_today")
        return self.on_days(day, day).behind("due")

    def on_days(self, since: date, until: date) -> Drills:
        """Return the same addresses for some days of the period."""
        return replace(self, filters=replace(self.filters, since=since, until=until))

    def of_figure(self, code: str, *, part: str = "") -> dict[str, str] | None:
        """Return every case an indicator is made of; none for one that other rooms give."""
        return None if BY_CODE[code].is_given else self.behind(code, part=part)

    def behind(self, of: str, *, part: str = "", bare: bool = False) -> dict[str, str] | None:
        """Return the board's own page of the cases behind a number (`queries.behind`); none for who is told tens."""
        if self.scope.tell.masked:
            return None
        held = {"area": self.scope.area.code, "of": of, "part": part, "bare": "1" if bare else ""}
        return {name: value for name, value in held.items() if value} | self._narrowed
