"""Moments of the demo world: office hours forwards and backwards, and when people say things."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from jinlin.cases.rules.deadlines import DEFAULT, advance
from jinlin.kernel import clock

_HOURS: Final = range(6, 23)
_OFTEN: Final = (2, 5, 9, 10, 9, 7, 4, 4, 7, 8, 8, 7, 6, 6, 5, 3, 1)  # 6 to 22 o'clock
PATROL_HOURS: Final = ((8, 11), (15, 17))


def in_office(start: datetime, hours: float) -> datetime:
    """Return the moment a number of office hours after a start."""
    return advance(start, hours * 3600, "working_hour").at


def office_ago(moment: datetime, hours: float) -> datetime:
    """Return the moment a number of office hours before another."""
    rest = timedelta(hours=hours)
    local = clock.local(moment)
    day = local.date()
    for _i in range(400):
        for opening, closing in reversed(DEFAULT.windows(day)):
            end = min(closing, local)
            if end <= opening:
                continue
            if end - opening >= rest:
                return end - rest
            rest -= end - opening
        day -= timedelta(days=1)
    raise ValueError("no office hours in a year before this moment")


def somewhen(day: datetime, rng: Random, *, patrol: bool) -> datetime:
    """Return a moment of a day at which people say things; a patrol walks in the morning or the afternoon."""
    if patrol:
        first, last = rng.choice(PATROL_HOURS)
        hour = rng.randint(first, last)
    else:
        hour = rng.choices(_HOURS, _OFTEN)[0]
    return datetime.combine(
        clock.local(day).date(), time(hour, rng.randint(0, 59), rng.randint(0, 59)), clock.LOCAL
    )


def is_workday(moment: datetime) -> bool:
    """Tell whether offices work on the day of a moment."""
    return DEFAULT.is_workday(clock.local(moment).date())
