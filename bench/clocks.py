"""Due times a second on one core, bare and with their working in words, beside a loop that walks day by day.

    .venv/bin/python bench/clocks.py [--count 20000] [--seed 7]

No database, no Django. The same periods (starts of 2015 to 2026, lengths of the default SLA classes and up to 60 days,
units mixed evenly) go through `due_at`, through `explain` with the sentence for staff (and with the one for residents too), and through the loop below, which asks
`chinesecalendar` about one day after another. All take turns in one run, processor time is measured, the best of three rounds counts, and the
bench stops when a due moment differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as wall
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import chinese_calendar

from jinlin.cases.rules.deadlines import CHINA, Unit, due_at, explain, plain, sentence

Period = tuple[datetime, float, Unit]
SPANS = ((wall(8, 30), wall(12)), (wall(14, 30), wall(18)))
DAY = timedelta(days=1)
AMOUNTS: dict[Unit, tuple[float, ...]] = {
    "clock_hour": (2, 24, 72),
    "working_hour": (2, 2.5, 4, 5, 14),
    "working_day": (1, 3, 5, 7, 15, 20, 60),
    "calendar_day": (1, 3, 7, 15, 30, 60),
}
LEAST = {"due times": 50_000, "with working": 10_000}  # a second, by the issue
ROUNDS = 3


def naive_due(start: datetime, amount: float, unit: Unit) -> datetime:
    """Return a due moment by walking day by day through the national calendar (starts of 2004 to 2026, no pauses)."""
    local = start.astimezone(CHINA)
    if unit == "clock_hour" or not amount:
        return local + timedelta(hours=amount)
    if unit == "working_hour":
        return _naive_hours(local, timedelta(hours=amount))
    day = local.date()
    if unit == "working_day":
        while amount:
            day += DAY
            amount -= chinese_calendar.is_workday(day)
    else:
        day += timedelta(days=amount)
        while not chinese_calendar.is_workday(day):
            day += DAY
    return datetime.combine(day, SPANS[-1][1], CHINA)


def _naive_hours(moment: datetime, rest: timedelta) -> datetime:
    day = moment.date()
    while True:
        for opening, closing in SPANS if chinese_calendar.is_workday(day) else ():
            begin = max(datetime.combine(day, opening, CHINA), moment)
            end = datetime.combine(day, closing, CHINA)
            if begin < end:
                if begin + rest <= end:
                    return begin + rest
                rest -= end - begin
        day += DAY


def periods(count: int, seed: int) -> list[Period]:
    """Return mixed periods that end within the published calendar."""
    rng = random.Random(seed)
    first = datetime(2015, 1, 1, tzinfo=CHINA)
    found: list[Period] = []
    for n in range(count):
        unit: Unit = tuple(AMOUNTS)[n % len(AMOUNTS)]
        start = first + timedelta(minutes=rng.randrange(11 * 365 * 24 * 60))
        found.append((start, rng.choice(AMOUNTS[unit]), unit))
    return found


def _told(start: datetime, amount: float, unit: Unit) -> datetime:
    working = explain(start, amount, unit)
    if not sentence(working):
        raise SystemExit("a due time without words")
    return working.due


def _told_twice(start: datetime, amount: float, unit: Unit) -> datetime:
    working = explain(start, amount, unit)
    if not sentence(working) or not plain(working):
        raise SystemExit("a due time without words")
    return working.due


def main() -> None:
    """Measure in turns, check that all agree, print rates and ratios; exit 1 when a rate is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    asked = periods(given.count, given.seed)
    ways: dict[str, Callable[[datetime, float, Unit], datetime]] = {
        "due times": lambda *period: due_at(*period).at,
        "with working": _told,
        "and in plain": _told_twice,
        "day by day": naive_due,
    }
    best: dict[str, float] = {}
    answers: dict[str, list[datetime]] = {}
    for _round in range(ROUNDS):
        for name, way in ways.items():
            began = time.process_time()
            answers[name] = [way(*period) for period in asked]
            best[name] = min(best.get(name, 1e9), time.process_time() - began)
    for mine, loops, period in zip(answers["due times"], answers["day by day"], asked, strict=True):
        if mine != loops:
            raise SystemExit(f"{period}: {mine} here, {loops} day by day")
    if answers["with working"] != answers["due times"]:
        raise SystemExit("the working ends elsewhere than the due time")
    print(
        f"{len(asked)} periods, four units, one core (processor time), best of {ROUNDS}; all due moments equal"
    )
    missed = False
    for name, seconds in best.items():
        rate, least = len(asked) / seconds, LEAST.get(name)
        missed |= least is not None and rate < least
        target = f"  target >= {least}" if least else ""
        verdict = "" if least is None else "  ok" if rate >= least else "  MISSED"
        print(
            f"  {name:13} {rate:9.0f} a second  {best['day by day'] / seconds:6.1f} x day by day{target}{verdict}"
        )
    sys.exit(missed)


if __name__ == "__main__":
    main()
