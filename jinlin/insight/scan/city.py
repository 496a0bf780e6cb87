"""A file of events watched as a city: each matter on the same places and days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.scan.days import day_kinds
from jinlin.insight.scan.night import PER_DAYS, Alarm, Budget, Matter, prepare, watch
from jinlin.insight.scan.series import Events
from jinlin.insight.scan.zones import Zones, zones_of


@dataclass(eq=False)
class City:
    """Events, the middle of each place (P,), and whether the Chinese calendar holds."""

    events: Events
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    chinese: bool = False
    zones: Zones = field(init=False)
    kinds: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.zones = zones_of(self.lat, self.lon)
        self.kinds = day_kinds(self.events.first, self.events.days, chinese=self.chinese)

    def matter(self, index: int, learn: int, minimum: int) -> Matter:
        """Make one matter ready."""
        return prepare(self.events.counts(index), self.kinds, self.zones, learn, minimum)

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
            back = range(alarm.day + 1 - alarm.window, alarm.day + 1)
            places = None if alarm.method == "whole" else alarm.places
            return self.events.reporters(alarm.matter, places, back) >= budget.minimum

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
