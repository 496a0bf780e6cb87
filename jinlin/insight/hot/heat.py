"""How hot an issue is: people, not posts; votes by their logarithm; and what is told no more cools down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

HALF_LIFE_DAYS = 180.0
COLDEST = 0.5  # an old issue of many people stays above a new one of two
WEEK_DAYS = 7


@dataclass(frozen=True)
class Voice:
    """One reporter in an issue: the day of the first message (days since 1970) and the most votes one message got."""

    day: float
    votes: float


def heat(voices: Sequence[Voice], today: float) -> float:
    """Return (people + ln(1 + votes) + ln(weeks in which somebody new spoke)) x cooling, a half-life of 180 days, >= 0.5.

    Each reporter counts once, with the first message: ten or a hundred posts of one person change nothing. 2,097 votes
    weigh as much as 7.6 people. `today` is the last day known, in days since 1970.
    """
    weeks = len({int(each.day // WEEK_DAYS) for each in voices})
    told = len(voices) + log(1 + sum(each.votes for each in voices)) + log(max(weeks, 1))
    age = max(0.0, today - max(each.day for each in voices))
    return told * (COLDEST + (1 - COLDEST) * 0.5 ** (age / HALF_LIFE_DAYS))
