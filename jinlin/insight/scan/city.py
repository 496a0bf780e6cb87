"""A file of events watched as a city: each matter on the same places and days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.scan.days import day_kinds
from jinlin.insight.scan.night import PER_DAYS, Alarm, Budget, Floats, Matter, busy, prepare, watch
from jinlin.insight.scan.series import Events
from jinlin.insight.scan.zones import Zones, zones_of


@dataclass(eq=False)
class City:
    """Events, the middle of each place (P,), and whether the Chinese calendar holds.

    `factors`: how busy each day is (T,) for each matter, where more days than these were known.
    """

    events: Events
    lat: Floats
    lon: Floats
    chinese: bool = False
    factors: Sequence[Floats] | None = None
    zones: Zones = field(init=False)
    kinds: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.zones = zones_of(self.lat, self.lon)
        self.kinds = day_kinds(self.events.first, self.events.days, chinese=self.chinese)

    def matter(self, index: int, learn: int, minimum: int) -> Matter:
        """Make one matter ready."""
        factor = self.factors[index] if self.factors else self.factor(index, learn)
        known = np.zeros(len(self.events.places), np.bool_)
        known[self.events.place[self.events.day < learn]] = True
        return prepare(self.events.counts(index), factor, self.zones, learn, minimum, known)

    def factor(self, index: int, learn: int) -> Floats:
        """Return how busy each day is for a matter (T,)."""
        return busy(self.events.totals(index), self.kinds, learn)

    def since(self, day: int) -> City:
        """Return the city from a day on, with the days' factors as all days tell them."""
        every = range(len(self.events.matters))
        factors = [self.factor(index, self.events.days)[day:] for index in every]
        return City(self.events.since(day), self.lat, self.lon, self.chinese, factors)

    def people(self, alarm: Alarm) -> int:
        """Count the different people behind an alarm."""
        back = range(alarm.day + 1 - alarm.window, alarm.day + 1)
        return self.events.reporters(alarm.matter, alarm.places, back)

    def alarms(
        self,
        budget: Budget,
        learn: int,
        days: range,
        tell: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Alarm]:
        """Return the alarms of `days` (indices) with lines from the first `learn` days; too few people are no alarm."""
        matters = len(self.events.matters)

        def make(index: int) -> Matter:
            return self.matter(index, learn, budget.minimum)

        def enough(alarm: Alarm) -> bool:
            return self.people(alarm) >= budget.minimum

        return watch(make, [budget] * matters, learn, days, enough, tell)

    def row(self, alarm: Alarm) -> dict[str, Any]:
        """Return an alarm as a row of a table."""
        return {
            "date": (self.events.first + timedelta(days=alarm.day)).isoformat(),
            "category": self.events.matters[alarm.matter],
            "places": ";".join(self.events.places[place] for place in alarm.places),
            "observed": alarm.observed,
            "expected": round(alarm.expected, 2),
            "window_days": alarm.window,
            "score": round(alarm.score, 3),
            "method": alarm.method,
        }

    def rate(self, alarms: Sequence[Alarm], days: int) -> float:
        """Return alarm days per matter in 60 days, over the matters there are."""
        return round(PER_DAYS * len(alarms) / max(1, days * len(self.events.matters)), 3)
