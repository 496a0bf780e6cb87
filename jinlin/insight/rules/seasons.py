"""When a season comes and how its curve is drawn; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

WEEK: Final = 7


def next_season(season: str, today: date) -> date:
    """Return the next day a season ("MM-DD") begins, today included; 29 February falls on 1 March elsewhere."""
    month, day = (int(part) for part in season.split("-"))
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            found = date(year, 3, 1)
        if found >= today:
            return found
    raise ValueError(season)


def a_year_before(day: date) -> date:
    """Return the same day of the year before; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def weeks(first: date, last: date) -> tuple[date, ...]:
    """Return the first days of the weeks from a day to a day, both included."""
    return tuple(first + timedelta(days=at) for at in range(0, (last - first).days + 1, WEEK))


def weekly(counts: Mapping[date, int], first: date, last: date) -> tuple[int, ...]:
    """Return how many fall into each week from a first day; a last week cut short counts what it has."""
    found = [0] * len(weeks(first, last))
    for day, count in counts.items():
        if first <= day <= last:
            found[(day - first).days // WEEK] += count
    return tuple(found)
