"""The line a score must pass, from earlier days only, so that false alarms come as seldom as the office asks.

Scores of neighbouring days are one affair, so what counts are peaks a week apart. The highest peaks of a matter follow
a tail that is exponential in the root of the score; its width is drawn towards the matters' common one, because sixty
days hold few peaks (peaks over threshold, Coles 2001, chapter 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

APART = 7  # days between two affairs
TOP = 5  # peaks that make the tail
PRIOR_PEAKS = 3.0  # with which a matter's tail is drawn to the common one
LEAST = 0.05  # width of a tail nobody has seen


@dataclass(frozen=True, slots=True)
class Tail:
    """The highest peaks (roots of scores, falling), and in how many days."""

    tops: tuple[float, ...]
    days: int

    @property
    def base(self) -> float:
        """The peak the tail starts from."""
        return self.tops[-1] if self.tops else 0.0

    @property
    def width(self) -> float:
        """Mean excess of the peaks above the base; 0 when there are too few."""
        return float(np.mean(self.tops[:-1])) - self.base if len(self.tops) > 1 else 0.0


def peaks(scores: Floats, most: int) -> list[float]:
    """Return up to `most` highest scores of a series (T,), no two of them within a week of each other."""
    left = scores.copy()
    found: list[float] = []
    while len(found) < most:
        day = int(np.argmax(left))
        if left[day] <= 0:
            break
        found.append(float(left[day]))
        left[max(0, day - APART) : day + APART + 1] = 0
    return found


def tail_of(scores: Floats) -> Tail:
    """Return the tail of a series of daily scores (T,)."""
    return Tail(tuple(float(np.sqrt(each)) for each in peaks(scores, TOP + 1)), len(scores))


def common_width(tails: list[Tail]) -> float:
    """Return the median width of the tails that have all their peaks."""
    widths = [tail.width for tail in tails if len(tail.tops) > TOP]
    return max(LEAST, float(np.median(widths))) if widths else 1.0


def line(tail: Tail, common: float, days_between: float) -> float:
    """Return the score that is passed once in `days_between` days; infinite when none is allowed."""
    if days_between == float("inf"):
        return float("inf")
    above = max(len(tail.tops) - 1, 0)
    width = (above * tail.width + PRIOR_PEAKS * common) / (above + PRIOR_PEAKS)
    often = np.log((above + 0.5) * days_between / max(tail.days, 1))
    return float(max(tail.base + width * often, 0.0) ** 2)
