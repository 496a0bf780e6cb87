"""What a distance means for a block, and for how many people: covered, a gap, or simply not known.

"Not mapped" is never a gap, an estimate never counts as covered in a published rate, and a category whose list was never
loaded enters no rate at all (design/living-circle.md section 6, fixture F11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import FAR, Flags

DETOUR_ALARM = 2.0
CENT = Decimal("0.01")


class Status(IntEnum):
    """What is known of a block for one category and band."""

    COVERED = 0
    NOT_COVERED = 1
    ESTIMATED_COVERED = 2
    ESTIMATED_NOT_COVERED = 3
    NOT_MAPPED = 4
    NO_DATA = 5


Statuses = NDArray[np.int8]


def statuses(
    distance_dm: NDArray[Any],
    limit_dm: int,
    *,
    mapped: Flags,
    estimated: Flags | None = None,
    loaded: bool = True,
) -> Statuses:
    """Return the Status of each block (k,): its distance to the nearest usable facility against an inclusive limit.

    `mapped`: the block joined the network; `estimated`: its distance is a straight line x 1.3; `loaded`: the category's
    list exists for this area, even if it is empty.
    """
    if not loaded:
        return np.full(len(mapped), Status.NO_DATA, np.int8)
    found = np.where(np.asarray(distance_dm) <= limit_dm, Status.COVERED, Status.NOT_COVERED)
    if estimated is not None:
        found = np.where(estimated, found + Status.ESTIMATED_COVERED, found)
    return np.where(mapped, found, Status.NOT_MAPPED).astype(np.int8)


@dataclass(frozen=True)
class Coverage:
    """People (or buildings) by status, and the rates that may be published; None where the denominator is 0."""

    counts: tuple[float, ...]

    def share(self, status: Status) -> Decimal | None:
        """Per cent of all; the shares of the five known statuses sum to 100. None for a category without a list."""
        return None if self.counts[Status.NO_DATA] else percent(self.counts[status], sum(self.counts))

    @property
    def of_mapped(self) -> Decimal | None:
        """Per cent covered of those whose surroundings are mapped; estimates stand in the denominator only."""
        mapped = sum(self.counts[: Status.NOT_MAPPED])
        return percent(self.counts[Status.COVERED], mapped)

    @property
    def gap_people(self) -> float:
        """How many stand in the gap for certain."""
        return self.counts[Status.NOT_COVERED]


def coverage(found: Statuses, weight: NDArray[Any] | None = None) -> Coverage:
    """Sum statuses by population, or count each block or building once when no weight is given."""
    heavy = None if weight is None else np.asarray(weight, np.float64)
    return Coverage(tuple(np.bincount(found, heavy, minlength=len(Status)).tolist()))


def percent(part: float, whole: float) -> Decimal | None:
    """Return per cent, two digits, rounded half up; None of nothing."""
    if whole <= 0:
        return None
    return (Decimal(repr(part)) * 100 / Decimal(repr(whole))).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Gap:
    """A block beyond the limit of a category: how many people, and how far they walk (None beyond the search)."""

    block: int
    category: str
    people: float
    distance_m: float | None


def gaps(
    found: Mapping[str, Statuses],
    distance_dm: Mapping[str, NDArray[Any]],
    people: NDArray[Any],
    top: int | None = None,
) -> list[Gap]:
    """List gaps by people, most first; then by category and block. Only certain gaps with somebody in them."""
    rows = [
        Gap(int(block), category, float(people[block]), _metres(int(distance_dm[category][block])))
        for category, status in found.items()
        for block in np.flatnonzero((status == Status.NOT_COVERED) & (np.asarray(people) > 0))
    ]
    rows.sort(key=lambda gap: (-gap.people, gap.category, gap.block))
    return rows[:top]


def _metres(distance_dm: int) -> float | None:
    return None if distance_dm >= FAR else distance_dm / 10
