"""Space-time scan: which neighbourhood, over which last days, stands out most (expectation-based Poisson).

Score of c events where b are usual: c ln(c/b) - (c - b) when c > b (Neill 2009, doi 10.1186/1476-072X-8-20). Two uses:
`lasting` counts reports damped (many at one place on one day are mostly one matter, or one patrol's round) and leaves
out the busiest day of a window, so that only what lasts counts; `sudden` counts everything over one to three days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.scan.zones import Zones

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LONGEST = 14  # days of a window
SUDDEN = 3
DAMPING = 0.5


@dataclass(frozen=True, slots=True)
class Peak:
    """The neighbourhood that stands out most on one day; score 0 when none does."""

    score: float = 0.0
    centre: int = -1
    size: int = 0
    window: int = 0


def damped(counts: Floats) -> Floats:
    """Return how many matters so many reports of one place and day stand for: r ln(1 + n/r), 1 -> 0.55, 10 -> 1.5."""
    found: Floats = DAMPING * np.log1p(counts / DAMPING)
    return found


@dataclass(frozen=True, eq=False)
class Ground:
    """One matter: reports (T, P), how they weigh (T, P), what is usual (T, P), and the neighbourhoods."""

    counts: Floats
    weighed: Floats
    expected: Floats
    zones: Zones
    minimum: int = 5


def lasting(ground: Ground, day: int, muted: Flags | None = None) -> Peak:
    """Return the neighbourhood and window of 2-14 days that stand out most without their busiest day."""
    return _best(ground, day, LONGEST, muted, without_busiest=True)


def sudden(ground: Ground, day: int, muted: Flags | None = None) -> Peak:
    """Return the neighbourhood and window of 1-3 days that stand out most."""
    return _best(ground, day, SUDDEN, muted, without_busiest=False)


def _best(ground: Ground, day: int, longest: int, muted: Flags | None, *, without_busiest: bool) -> Peak:
    back = slice(max(0, day + 1 - longest), day + 1)
    counts = ground.counts[back][::-1]  # today first
    weighed = (ground.weighed if without_busiest else ground.counts)[back][::-1]
    expected = ground.expected[back][::-1]
    if muted is not None and muted.any():  # what was told already is neither more nor less than usual
        counts, weighed, expected = (np.where(muted, 0.0, each) for each in (counts, weighed, expected))
    if counts.sum() < ground.minimum:
        return Peak()
    centres = np.flatnonzero(counts.any(axis=0))
    near, sizes = ground.zones.near[centres], ground.zones.sizes
    total = np.cumsum(_by_zone(counts, near, sizes), axis=0)
    wide = total >= ground.minimum
    if not wide.any():
        return Peak()
    seen_by_day = _by_zone(weighed, near, sizes)
    seen = np.cumsum(seen_by_day, axis=0)
    base = np.cumsum(_by_zone(expected, near, sizes), axis=0)
    if without_busiest:
        seen -= np.maximum.accumulate(seen_by_day, axis=0)
        lengths = np.arange(1, len(counts) + 1)[:, None, None]
        base *= (lengths - 1) / lengths
    return _highest(seen, base, wide & (seen > base) & (base > 0), centres, sizes)


def _by_zone(values: Floats, near: NDArray[np.int64], sizes: NDArray[np.int64]) -> Floats:
    """Return sums (days, centres, sizes) of values (days, P) over the neighbourhoods; -1 in `near` is nobody."""
    gathered = values[:, near]
    if (near < 0).any():
        gathered = np.where(near < 0, 0.0, gathered)
    found: Floats = np.cumsum(gathered, axis=2)[:, :, sizes - 1]
    return found


def _highest(
    seen: Floats, base: Floats, fit: Flags, centres: NDArray[np.int64], sizes: NDArray[np.int64]
) -> Peak:
    places = np.flatnonzero(fit)
    if not len(places):
        return Peak()
    count, usual = seen.ravel()[places], base.ravel()[places]
    scores = count * np.log(count / usual) - (count - usual)
    best = int(np.argmax(scores))
    window, centre, size = np.unravel_index(places[best], seen.shape)
    return Peak(float(scores[best]), int(centres[centre]), int(sizes[size]), int(window) + 1)
