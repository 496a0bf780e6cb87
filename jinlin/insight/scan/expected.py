"""What is usual: the last four weeks of a place, drawn towards the matter's mean, times the kind of day and season."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MEMORY = 28  # days of the mean
GAP = 7  # days left out before the day itself, so that what begins does not count as usual
PRIOR_PLACE = 2.0  # events with which a place is drawn to the matter's mean place (gamma prior)
SURGE_DAYS = 7
PRIOR_SURGE = 30.0  # events with which a surge of the whole is drawn to none
YEAR = 364  # days: the same weekday a year ago
PRIOR_SEASON = 60.0
SEASON_RANGE = (0.5, 2.0)


def usual(counts: Floats, factor: Floats, learn: int, known: int) -> Floats:
    """Return expected counts (T, P) of each place and day from counts (T, P) and how busy each day is, factor (T,).

    A day looks back at the 28 days that end 8 days before it. The first days, which have no such past, borrow days
    after them, never beyond the first `learn` days (the training days): no day after those is judged by its future.
    `known` places make the matter's mean place; others of the P are not seen before later and change nothing earlier.
    """
    days, places = counts.shape
    plain = counts / factor[:, None]
    sums = np.vstack([np.zeros((1, places)), np.cumsum(plain, axis=0)])
    found = np.empty((days, places))
    for day in range(days):
        stop = max(0, day - GAP + 1)
        start = max(0, stop - MEMORY)
        ahead = min(max(day + GAP, 0), learn)
        until = min(learn, ahead + MEMORY - (stop - start)) if stop - start < MEMORY else ahead
        seen = sums[stop] - sums[start] + sums[until] - sums[ahead]
        length = stop - start + until - ahead
        found[day] = _shrunk(seen, length, known) * factor[day]
    return found


def _shrunk(seen: Floats, length: int, known: int) -> Floats:
    """Return events per day of each place: posterior mean under a gamma prior whose mean is the matter's mean place."""
    mean = (float(seen.sum()) + 0.5) / max(length, 1) / known
    found: Floats = (seen + PRIOR_PLACE) / (length + PRIOR_PLACE / mean)
    return found


def season(totals: Floats) -> Floats:
    """Return what last year did after a time like now (T,): the fortnight around this day over the four weeks before.

    1 for days without such a past. Shrunk to 1 and kept within 0.5 and 2: one storm last year is no season.
    """
    found = np.ones(len(totals))
    sums = np.concatenate([[0.0], np.cumsum(totals)])
    for day in range(YEAR + GAP + MEMORY, len(totals)):
        then = day - YEAR
        around = sums[then + GAP + 1] - sums[then - GAP]
        before = sums[then - GAP + 1] - sums[then - GAP + 1 - MEMORY]
        base = before * (2 * GAP + 1) / MEMORY
        found[day] = np.clip((around + PRIOR_SEASON) / (base + PRIOR_SEASON), *SEASON_RANGE)
    return found


def surge(totals: Floats, expected: Floats) -> Floats:
    """Return by how much the whole runs above the usual, at least 1 (T,), over the last 7 days with today.

    A neighbourhood stands out only when it outgrows what everywhere grows: after a storm, or when heating starts.
    """
    found = np.ones(len(totals))
    seen = np.concatenate([[0.0], np.cumsum(totals)])
    base = np.concatenate([[0.0], np.cumsum(expected)])
    for day in range(len(totals)):
        start = max(0, day + 1 - SURGE_DAYS)
        ratio = (seen[day + 1] - seen[start] + PRIOR_SURGE) / (base[day + 1] - base[start] + PRIOR_SURGE)
        found[day] = max(1.0, ratio)
    return found
