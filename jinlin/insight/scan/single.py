"""Charts of one place (EWMA) and of the whole: what needs no neighbourhood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.scan.windows import Floats, Ground, Peak

WEIGHT = 0.3  # of today in the moving mean
FLOOR = 0.1  # matters a day: variance of a place where nothing ever happens
EWMA_DAYS = 7  # days a moving mean with this weight looks back, told as its window
WHOLE_DAYS = 7


def moving_excess(ground: Ground) -> Floats:
    """Return how far each place's moving mean is above the usual, as z squared / 2 (T, P); 0 where it is below."""
    days, places = ground.counts.shape
    found = np.zeros((days, places))
    mean, usual = np.zeros(places), np.zeros(places)
    for day in range(days):
        mean += WEIGHT * (ground.weighed[day] - mean)
        usual += WEIGHT * (ground.expected[day] - usual)
        deviation = (mean - usual) / np.sqrt((usual + FLOOR) * WEIGHT / (2 - WEIGHT))
        found[day] = np.square(np.maximum(deviation, 0)) / 2
    return found


def highest_place(ground: Ground, excess: Floats, day: int, muted: NDArray[np.bool_] | None = None) -> Peak:
    """Return the place whose moving mean stands out most among those with the minimum count in the last days."""
    recent = ground.counts[max(0, day + 1 - EWMA_DAYS) : day + 1].sum(axis=0)
    fit = recent >= ground.minimum
    if muted is not None:
        fit &= ~muted
    scores = np.where(fit, excess[day], 0.0)
    best = int(np.argmax(scores))
    return Peak(float(scores[best]), best, 1, EWMA_DAYS) if scores[best] > 0 else Peak()


def whole(totals: Floats, expected: Floats, day: int, minimum: int) -> Peak:
    """Return the window of 1-7 days in which all places together stand out most; totals and expected are (T,)."""
    best = Peak()
    for window in range(1, min(WHOLE_DAYS, day + 1) + 1):
        seen = float(totals[day + 1 - window : day + 1].sum())
        usual = float(expected[day + 1 - window : day + 1].sum())
        if seen >= minimum and seen > usual > 0:
            score = seen * np.log(seen / usual) - (seen - usual)
            if score > best.score:
                best = Peak(float(score), -1, 0, window)
    return best
