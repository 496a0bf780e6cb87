"""What an engine hands over, what makes two findings the same warning, and the sentence that explains one; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from jinlin.insight.rules.words import DISMISSED, FLOOR

ONGOING_DAYS: Final = 14  # the widest window (design/insight.md 2.4): the same events may still be in it
VILLAGE_DIGITS: Final = 12
GROWN: Final = 1.5  # a dismissed warning that grew by half is news again


@dataclass(frozen=True)
class PlaceCount:
    """One place of a finding: a grid (15 digits) or a village (12); events seen and expected there."""

    place: str
    observed: int
    expected: float


@dataclass(frozen=True)
class Finding:
    """What a method found on a day: the window ends with `last_day`; `observed` events by `reporters` different people.

    `score` is the method's own figure in units of its threshold; `expected` counts events of the window.
    """

    category: UUID
    method: str
    window_days: int
    last_day: date
    observed: int
    reporters: int
    expected: float
    score: float
    places: tuple[PlaceCount, ...]

    @property
    def first_day(self) -> date:
        """The first day of the window."""
        return self.last_day - timedelta(days=self.window_days - 1)

    @property
    def centre(self) -> PlaceCount:
        """The place with most in excess."""
        return max(self.places, key=lambda one: (one.observed - one.expected, one.place))

    @property
    def in_grids(self) -> bool:
        """Whether a place of it is smaller than a village."""
        return any(len(one.place) > VILLAGE_DIGITS for one in self.places)

    def codes(self) -> frozenset[str]:
        """The places it covers."""
        return frozenset(one.place for one in self.places)


@dataclass(frozen=True)
class Standing:
    """What deciding about a new finding needs to know of an earlier warning."""

    category: UUID
    places: frozenset[str]
    last_day: date
    state: str
    has_outcome: bool
    observed_then: int  # when a person decided; as it stands while nobody has


def enough(finding: Finding, minimum: int) -> bool:
    """Tell whether enough different people stand behind it: never fewer than the floor."""
    least = max(FLOOR, minimum)
    return bool(finding.places) and finding.observed >= least and finding.reporters >= least


def goes_on(earlier: Standing, finding: Finding) -> bool:
    """Tell whether a finding continues a warning: same matter, a place in common, not over for longer than a window."""
    return (
        earlier.category == finding.category
        and not earlier.places.isdisjoint(finding.codes())
        and finding.last_day - earlier.last_day <= timedelta(days=ONGOING_DAYS)
        and finding.last_day >= earlier.last_day
    )


def is_news(earlier: Standing, finding: Finding) -> bool:
    """Tell whether a finding that continues a warning is raised again: it was dismissed and has grown by half since.

    What was settled with an outcome after it was confirmed is over: the same again is news too.
    """
    if earlier.state == DISMISSED:
        return finding.observed >= GROWN * earlier.observed_then
    return earlier.has_outcome


def shown_counts(counts: Collection[PlaceCount]) -> list[PlaceCount]:
    """Return the places whose count may be shown, most in excess first: none below the floor."""
    fit = [one for one in counts if one.observed >= FLOOR]
    return sorted(fit, key=lambda one: (one.expected - one.observed, one.place))
