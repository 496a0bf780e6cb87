"""How one code lives through the editions of the table, whatever order the editions arrive in.

An edition observes, on its date, which units stand inside its area. A *version* of a code is a run of
observations of the same unit; it is valid from the first of them until the first edition that covers the code
and no longer shows that unit. Because a run is rebuilt from observations, importing 2016 then 2023 or 2023
then 2016 ends in the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jinlin.places.rules.codes import PREFIX_LENGTH, prefix_of


@dataclass(slots=True)
class Version:
    """One row of a region: a code that meant one unit from `valid_from` until `valid_to` (exclusive, None = now)."""

    code: str
    name: str
    stem: str
    level: int
    valid_from: date
    valid_to: date | None = None
    ur_class: str = ""
    lon: float | None = None
    lat: float | None = None
    id: Any = None
    parent_id: Any = None
    replaced_by_id: Any = None
    is_new: bool = False
    before: tuple[Any, ...] = field(default=(), compare=False)

    def facts(self) -> tuple[Any, ...]:
        """What a reader of the table would call a change."""
        return (
            self.name,
            self.valid_from,
            self.valid_to,
            self.ur_class,
            self.lon,
            self.lat,
            self.replaced_by_id,
        )

    def links_before(self) -> tuple[Any, Any]:
        """Return (parent, successor) as they were loaded."""
        return self.before[-1], self.before[-2]

    def holds(self, day: date) -> bool:
        """Say whether the version is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an edition says of one code."""

    code: str
    name: str
    stem: str
    level: int
    ur_class: str = ""
    lon: float | None = None
    lat: float | None = None


class Coverage:
    """Which editions speak about a code: those whose root holds it and that go deep enough."""

    def __init__(self, editions: Iterable[tuple[date, str, int]]) -> None:
        """Take (as_of, root code, deepest level) of every edition known."""
        self._by_root: dict[str, list[tuple[date, int]]] = {}
        for as_of, root, depth in editions:
            self._by_root.setdefault(prefix_of(root), []).append((as_of, depth))
        self._lengths = sorted({len(root) for root in self._by_root})
        self._known: dict[tuple[str, int], list[date]] = {}

    def dates(self, code: str, level: int) -> list[date]:
        """Return the dates of the editions that cover a code, earliest first."""
        key = (code[: PREFIX_LENGTH[min(level, 4)]], level)
        if key not in self._known:
            found = {
                as_of
                for length in self._lengths
                for as_of, depth in self._by_root.get(code[:length], ())
                if depth >= level
            }
            self._known[key] = sorted(found)
        return self._known[key]


def observe(versions: list[Version], seen: Seen | None, as_of: date, dates: list[date]) -> list[Version]:
    """Return the versions of one code after an edition of `as_of` showed `seen` (None: it was not there).

    `dates` are the dates of all editions covering the code, `as_of` among them. Versions are changed in place;
    new ones have is_new=True. A version that loses its only observation is closed on the day it began.
    """
    if not versions:
        return [_fresh(seen, as_of, next((d for d in dates if d > as_of), None))] if seen else []
    at: dict[date, Version | None] = {d: next((v for v in versions if v.holds(d)), None) for d in dates}
    at[as_of] = _matching(versions, at, seen, as_of, dates)
    if seen is not None and (now := at[as_of]) is not None:
        _refresh(now, seen, as_of, dates)
    return _runs(versions, at, dates)


def _fresh(seen: Seen, start: date, end: date | None) -> Version:
    return Version(
        seen.code,
        seen.name,
        seen.stem,
        seen.level,
        start,
        end,
        seen.ur_class,
        seen.lon,
        seen.lat,
        is_new=True,
    )


def _matching(
    versions: list[Version], at: dict[date, Version | None], seen: Seen | None, as_of: date, dates: list[date]
) -> Version | None:
    """Return the version that `seen` is: the one there, a neighbour in time with the same core, or a new one."""
    if seen is None:
        return None
    there = at[as_of]
    if there is not None and [d for d in dates if there.holds(d)] == [as_of] == [there.valid_from]:
        return there  # the same day's table once more: a correction, not a new unit
    where = dates.index(as_of)
    beside = [there]
    beside += [at[dates[where - 1]]] if where else []
    beside += [at[dates[where + 1]]] if where + 1 < len(dates) else []
    for version in beside:
        if version is not None and version.stem == seen.stem:
            return version
    return _fresh(seen, as_of, None)


def _refresh(version: Version, seen: Seen, as_of: date, dates: list[date]) -> None:
    """Take over what the edition says, if it is the latest that shows this version."""
    latest = max((d for d in dates if version.holds(d)), default=as_of)
    newest = as_of >= latest
    if newest:
        version.name, version.stem = seen.name, seen.stem
    if seen.ur_class and (newest or not version.ur_class):
        version.ur_class = seen.ur_class
    if seen.lon is not None and (newest or version.lon is None):
        version.lon, version.lat = seen.lon, seen.lat


def _runs(versions: list[Version], at: dict[date, Version | None], dates: list[date]) -> list[Version]:
    """Date each run of observations; a version seen in two runs is made twice, one seen in none is closed."""
    used: set[int] = set()
    found: list[Version] = []
    for version, start, end in _cut(at, dates):
        if id(version) in used:
            twin = Seen(version.code, version.name, version.stem, version.level, version.ur_class)
            found.append(_fresh(twin, start, end))
            continue
        used.add(id(version))
        if version.valid_from not in dates and version.valid_from < start and not found:
            start = version.valid_from  # set by hand before any edition spoke
        version.valid_from, version.valid_to = start, end
        found.append(version)
    unseen = [version for version in versions if id(version) not in used]
    for version in unseen:
        if any(version.holds(day) for day in dates):
            version.valid_to = version.valid_from
    return found + unseen


def _cut(at: dict[date, Version | None], dates: list[date]) -> list[tuple[Version, date, date | None]]:
    """Return (version, first date, date of the first edition without it) for each run of one version."""
    runs: list[tuple[Version, date, date | None]] = []
    for day in dates:
        version = at[day]
        if runs and runs[-1][2] is None:
            if version is runs[-1][0]:
                continue
            runs[-1] = (runs[-1][0], runs[-1][1], day)
        if version is not None:
            runs.append((version, day, None))
    return runs
