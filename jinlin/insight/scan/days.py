"""Kinds of day: reports follow the working week, so a Sunday is compared with Sundays and a holiday with holidays."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

HOLIDAY, MAKE_UP = 7, 8  # after the seven weekdays, Monday 0
KINDS = 9
PRIOR_EVENTS = 20.0  # a kind of day is believed to be ordinary until so many events speak against it


def day_kinds(first: date, days: int, *, chinese: bool = False) -> NDArray[np.int64]:
    """Return the kind of each day (days,): weekday 0-6; with `chinese` also HOLIDAY and MAKE_UP (调休 working weekend).

    The Chinese calendar (chinesecalendar, General Office of the State Council) ends with the last published year;
    days beyond it are plain weekdays, and so are the days of every other country.
    """
    kinds = (np.arange(days) + first.weekday()) % 7
    if chinese:
        for index in range(days):
            kinds[index] = _chinese_kind(first + timedelta(days=index), int(kinds[index]))
    return kinds


def _chinese_kind(day: date, weekday: int) -> int:
    import chinese_calendar  # noqa: PLC0415  only where it is asked for

    try:
        working, (off, name) = chinese_calendar.is_workday(day), chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # a year that is not published yet
        return weekday
    if working and weekday >= 5:
        return MAKE_UP
    return HOLIDAY if off and name else weekday


def day_factors(totals: NDArray[np.float64], kinds: NDArray[np.int64], learn: int) -> NDArray[np.float64]:
    """Return how busy each kind of day is (KINDS,), 1 on average, learnt from the first `learn` days of totals (T,).

    Gamma shrinkage: weekdays towards 1, a holiday towards Sunday, a make-up day towards the mean working day.
    """
    seen, known = totals[:learn], kinds[:learn]
    mean = float(seen.mean()) if learn else 0.0
    factors = np.ones(KINDS)
    if mean <= 0:
        return factors
    events = np.bincount(known, weights=seen, minlength=KINDS)
    usual = np.bincount(known, minlength=KINDS) * mean
    factors[:7] = (events[:7] + PRIOR_EVENTS) / (usual[:7] + PRIOR_EVENTS)
    for kind, like in ((HOLIDAY, factors[6]), (MAKE_UP, float(factors[:5].mean()))):
        factors[kind] = (events[kind] + PRIOR_EVENTS * like) / (usual[kind] + PRIOR_EVENTS)
    return factors
