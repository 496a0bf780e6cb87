"""Events as counts: a day, a matter, a place each; places by their middle point, one person's repeats once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

REPEAT_DAYS = 14  # one person's reports of one matter at one place within these days are one report


@dataclass(frozen=True, eq=False)
class Events:
    """Events in the order of time: day (n,) from `first`, matter and place (n,) as indices, reporter (n,) or None.

    A reporter of -1 is unknown and counts as a person of its own.
    """

    first: date
    days: int
    matters: tuple[str, ...]
    places: tuple[str, ...]
    day: Ints
    matter: Ints
    place: Ints
    reporter: Ints | None = None

    def counts(self, matter: int, days: int | None = None) -> Floats:
        """Return the counts of one matter (T, P) over the first `days` days."""
        length = self.days if days is None else days
        mine = (self.matter == matter) & (self.day < length)
        flat = np.bincount(
            self.day[mine] * len(self.places) + self.place[mine], minlength=length * len(self.places)
        )
        return flat.reshape(length, len(self.places)).astype(np.float64)

    def totals(self, matter: int) -> Floats:
        """Return the counts of one matter over all places (T,)."""
        found = np.bincount(self.day[self.matter == matter], minlength=self.days)
        return found[: self.days].astype(np.float64)

    def since(self, day: int) -> Events:
        """Return the events from a day on, which becomes the first."""
        kept = self.day >= day
        return Events(
            self.first + timedelta(days=day),
            self.days - day,
            self.matters,
            self.places,
            self.day[kept] - day,
            self.matter[kept],
            self.place[kept],
            None if self.reporter is None else self.reporter[kept],
        )

    def reporters(self, matter: int, places: Sequence[int], days: range) -> int:
        """Return how many different people stand behind the events of these places and days."""
        mine = (self.matter == matter) & (self.day >= days.start) & (self.day < days.stop)
        mine &= np.isin(self.place, np.asarray(places))
        if self.reporter is None:
            return int(mine.sum())
        known = self.reporter[mine]
        return len(np.unique(known[known >= 0])) + int((known < 0).sum())


def indexed(names: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """Return the different names in order, and each row's place among them (n,)."""
    found, index = np.unique(np.asarray(names, dtype=np.str_), return_inverse=True)
    return tuple(map(str, found)), index.astype(np.int64).reshape(-1)


def without_repeats(events: Events) -> Events:
    """Drop what the same person said again of the same matter and place within 14 days of what was kept."""
    if events.reporter is None:
        return events
    order = np.lexsort((events.day, events.place, events.matter, events.reporter))
    keep = np.ones(len(order), np.bool_)
    last: tuple[int, int, int] | None = None
    since = 0
    for row in order:
        person = int(events.reporter[row])
        key = (person, int(events.matter[row]), int(events.place[row]))
        if person >= 0 and key == last and events.day[row] - since < REPEAT_DAYS:
            keep[row] = False
        else:
            last, since = key, int(events.day[row])
    return Events(
        events.first, events.days, events.matters, events.places,
        events.day[keep], events.matter[keep], events.place[keep], events.reporter[keep],
    )  # fmt: skip


def middles(place: Ints, places: int, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Return the median point of each place's events (P,), NaN where no event of it has one.

    The median, because a few events carry the point of another quarter. The point 0, 0 is a missing one.
    """
    found_lat, found_lon = np.full(places, np.nan), np.full(places, np.nan)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon) & ((lat != 0) | (lon != 0)))
    order = known[np.argsort(place[known], kind="stable")]
    starts = np.searchsorted(place[order], np.arange(places + 1))
    for index in range(places):
        rows = order[starts[index] : starts[index + 1]]
        if len(rows):
            found_lat[index], found_lon[index] = np.median(lat[rows]), np.median(lon[rows])
    return found_lat, found_lon
