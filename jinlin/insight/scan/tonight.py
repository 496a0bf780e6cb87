"""One night of a city that is watched for years: scores of earlier nights are kept, only new ones are computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from jinlin.insight.scan.city import City
from jinlin.insight.scan.night import (
    LONG_AGO,
    SHARES,
    Alarm,
    Budget,
    Floats,
    Matter,
    Quiet,
    alarm_on,
    lines_on,
    score_days,
)

NIGHTS = 182  # nights a line is drawn from
LEAD = 70  # days before the first night to score: 28 with a gap of 7, a window of 14, and the moving mean's memory

Scores = Mapping[str, Mapping[str, float]]  # matter -> method -> score


@dataclass(frozen=True, eq=False)
class Told:
    """What was told of one matter lately: place -> last day, and the last day of the whole."""

    places: Mapping[str, date]
    whole: date | None = None


@dataclass(frozen=True, eq=False)
class Tonight:
    """The alarms of a night, and the scores to keep for the nights after it, by day."""

    alarms: list[Alarm]
    scores: dict[date, dict[str, dict[str, float]]]


def tonight(
    city: City,
    budgets: Sequence[Budget],
    known: Mapping[date, Scores],
    told: Mapping[str, Told],
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Tonight:
    """Return what stands out on the city's last day; `known` are scores of earlier nights, `told` earlier warnings.

    A matter that goes on where it was told already is returned too, so that its warning can go on; what is new beside
    it is a second alarm. Nights of the last half year that were never scored are scored now.
    """
    events = city.events
    last = events.days - 1
    first = max(0, last - NIGHTS)
    missing = [day for day in range(first, last) if _date(city, day) not in known] + [last]
    start = max(0, missing[0] - LEAD)
    recent = city.since(start)
    scores: list[Mapping[str, Floats]] = []
    for index, name in enumerate(events.matters):
        matter = recent.matter(index, recent.events.days, budgets[index].minimum)
        fresh = score_days(matter, [day - start for day in missing])
        scores.append({method: _filled(city, name, method, known, fresh[method], start) for method in SHARES})
        tell(index + 1, len(events.matters))
    lines = lines_on(scores, budgets, last, first)
    alarms = []
    for index, name in enumerate(events.matters):
        if any(scores[index][method][last] > limit for method, limit in lines[index].items()):
            matter = recent.matter(index, recent.events.days, budgets[index].minimum)
            matter.scores.update({method: each[start:] for method, each in scores[index].items()})
            quiet = _quiet(city, told.get(name), start)
            alarms += _alarms(index, matter, lines[index], quiet, last - start)
    found = [replace(alarm, day=alarm.day + start) for alarm in alarms]
    kept = {_date(city, day): _to_keep(city, scores, day, lines if day == last else None) for day in missing}
    return Tonight([each for each in found if city.people(each) >= budgets[each.matter].minimum], kept)


def _to_keep(
    city: City, scores: Sequence[Mapping[str, Floats]], day: int, lines: Sequence[Mapping[str, float]] | None
) -> dict[str, dict[str, float]]:
    """Return the scores of a day for the nights after it, at most the line, so that what was told hides nothing later."""
    return {
        name: {
            method: round(
                min(float(scores[index][method][day]), lines[index][method] if lines else np.inf), 4
            )
            for method in SHARES
        }
        for index, name in enumerate(city.events.matters)
    }


def _date(city: City, day: int) -> date:
    return city.events.first + timedelta(days=day)


def _filled(
    city: City, name: str, method: str, known: Mapping[date, Scores], fresh: Floats, start: int
) -> Floats:
    """Return the scores of all days (T,): computed ones, and kept ones where none were computed."""
    found = np.zeros(city.events.days)
    found[start:] = fresh
    for day, kept in known.items():
        index = (day - city.events.first).days
        if 0 <= index < city.events.days - 1 and name in kept:
            found[index] = kept[name].get(method, 0.0)
    return found


def _quiet(city: City, told: Told | None, start: int) -> Quiet:
    days = np.full(len(city.events.places), -LONG_AGO, np.int64)
    if told is None:
        return Quiet(days)
    for index, place in enumerate(city.events.places):
        if place in told.places:
            days[index] = (told.places[place] - city.events.first).days - start
    whole = (told.whole - city.events.first).days - start if told.whole else -LONG_AGO
    return Quiet(days, whole)


def _alarms(index: int, matter: Matter, lines: Mapping[str, float], quiet: Quiet, day: int) -> list[Alarm]:
    """Return what stands out now, and what does so beside the places that were told."""
    nobody = Quiet(np.full(len(quiet.told), -LONG_AGO, np.int64))
    found = [alarm_on(index, matter, lines, each, day) for each in (nobody, quiet)]
    unlike = [each for each in found if each is not None]
    return unlike[:1] if len(unlike) == 2 and unlike[0] == unlike[1] else unlike
