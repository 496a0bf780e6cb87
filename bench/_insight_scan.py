"""Early warning on real series with injected outbreaks, beside EARS C2, a plain 7-day count and "more than last week".

    python -m bench._insight_scan [outbreaks per matter and size] [seed]

Every method learns from July to September, draws its line for one alarm day in 60 days per matter from those days only
(the same `lines`), keeps the same silence of 14 days at a place it told, and is asked for October and November, the
storm of 30 October included. An outbreak is 24 extra events of one matter in 7 days at a place and its nearest 0, 3 or
9 neighbours, drawn by the seed; found: an alarm for the matter that names one of those places on one of the 7 days.
`flat` spreads the events evenly over the days, `uneven` draws the share of each day (Dirichlet 1).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # this file can be run by its path

from jinlin.insight.files.incidents import Period, read_events
from jinlin.insight.scan.city import City
from jinlin.insight.scan.lines import common_width, line, tail_of
from jinlin.insight.scan.night import (
    LONG_AGO,
    PER_DAYS,
    QUIET,
    REDRAWN,
    SHARES,
    Alarm,
    Budget,
    Matter,
    Quiet,
    alarm_on,
    busy,
    lines_on,
    prepare,
    score_days,
)
from jinlin.insight.scan.series import Events
from jinlin.insight.scan.tonight import tonight

Floats = NDArray[np.float64]
Line = Callable[[str, str, str], None]
Scored = Callable[[Floats], Floats]

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "events" / "boston_311_2011_jul_nov.csv.gz"
COLUMNS = {"time": "opened", "category": "type", "place": "precinct", "lat": "lat", "lon": "lon"}
PERIOD = Period.of("2011-09-30", "2011-10-01", "2011-11-30")
EXTRA, DAYS = 24, 7
SIZES = (1, 4, 10)
LARGE, MIDDLE = 12, 20  # matters by size: the 12 largest, and the next 20
AIM = {1: "aim 75 %", 4: "aim 60 %", 10: "aim 48 %"}
MINIMUM = 5


@dataclass(frozen=True)
class Outbreak:
    """Extra events (7, P) of a matter from a day on, at a neighbourhood."""

    matter: int
    size: int
    start: int
    extra: Floats
    zone: frozenset[int]


@dataclass
class Tally:
    """What a method found: outbreaks by size, days until told, and alarm days without any outbreak."""

    alarms: int = 0
    days: int = 0
    found: dict[int, list[bool]] = field(default_factory=lambda: {size: [] for size in SIZES})
    anywhere: dict[int, list[bool]] = field(default_factory=lambda: {size: [] for size in SIZES})
    delay: list[int] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)

    def add(self, outbreak: Outbreak, told: Sequence[tuple[int, frozenset[int]]]) -> None:
        """Count one outbreak with the alarms (day, places) of its seven days."""
        hits = [(day, places) for day, places in told if places & outbreak.zone]
        self.found[outbreak.size].append(bool(hits))
        self.anywhere[outbreak.size].append(bool(told))
        if hits:
            day, places = hits[0]
            self.delay.append(day - outbreak.start + 1)
            self.overlap.append(len(places & outbreak.zone) / len(places | outbreak.zone))


def outbreaks(city: City, matters: Sequence[int], each: int, seed: int, *, even: bool) -> Iterator[Outbreak]:
    """Draw outbreaks: matter, size, first day, neighbourhood, days."""
    rng = np.random.default_rng(seed)
    places = len(city.events.places)
    for matter in matters:
        for size in SIZES:
            for _number in range(each):
                start = int(rng.integers(_watched(city).start, city.events.days - DAYS))
                zone = city.zones.zone(int(rng.integers(places)), size)
                share = np.full(DAYS, 1 / DAYS) if even else rng.dirichlet(np.ones(DAYS))
                extra = np.zeros((DAYS, places))
                np.add.at(extra, (rng.choice(DAYS, EXTRA, p=share), rng.choice(zone, EXTRA)), 1)
                yield Outbreak(matter, size, start, extra, frozenset(map(int, zone)))


def _watched(city: City) -> range:
    return range((PERIOD.start - city.events.first).days, city.events.days)


# the yardsticks: a score for each place and day, the highest place tells


def ears_c2(counts: Floats) -> Floats:
    """EARS C2 (Hutwagner 2003): today over the mean of 7 days that end 3 days ago, in their standard deviations."""
    found = np.zeros_like(counts)
    for day in range(9, len(counts)):
        past = counts[day - 9 : day - 2]
        found[day] = (counts[day] - past.mean(axis=0)) / np.maximum(past.std(axis=0, ddof=1), 0.2)
    return np.maximum(found, 0)


def week(counts: Floats) -> Floats:
    """Events of the last 7 days."""
    sums = np.vstack([np.zeros((1, counts.shape[1])), np.cumsum(counts, axis=0)])
    return np.array([sums[day + 1] - sums[max(0, day - 6)] for day in range(len(counts))])


def more_than_last_week(counts: Floats) -> Floats:
    """Events of the last 7 days less those of the 7 days before."""
    now = week(counts)
    before = np.vstack([np.zeros((7, counts.shape[1])), now[:-7]])
    return np.maximum(now - before, 0)


def _fit(scores: Floats, counts: Floats, minimum: int) -> Floats:
    return np.where(week(counts) >= minimum, scores, 0)


def _tells(
    scores: Floats, limit: float, days: range, told: Mapping[int, int] | None = None
) -> list[tuple[int, frozenset[int]]]:
    """Return (day, place) of each day on which a place passes the line that was not told within a fortnight."""
    last = dict(told or {})
    found = []
    for day in days:
        row = scores[day].copy()
        row[[place for place, when in last.items() if when > day - QUIET]] = 0
        best = int(np.argmax(row))
        if row[best] > limit:
            last[best] = day
            found.append((day, frozenset([best])))
    return found


def yardstick(city: City, score: Scored, matters: Sequence[int], drawn: Sequence[Outbreak]) -> Tally:
    """Run a plain method: its line from the days of learning, its alarms, what it finds."""
    days = _watched(city)
    tails = {}
    for matter in matters:
        counts = city.events.counts(matter)
        tails[matter] = tail_of(_fit(score(counts), counts, 2)[: days.start].max(axis=1))
    common = common_width(list(tails.values()))
    limits = {matter: line(tail, common, float(PER_DAYS)) for matter, tail in tails.items()}
    tally, natural = Tally(), {}
    for matter in matters:
        counts = city.events.counts(matter)
        natural[matter] = _tells(_fit(score(counts), counts, MINIMUM), limits[matter], days)
        tally.alarms += len(natural[matter])
        tally.days += len(days)
    for each in drawn:
        counts = city.events.counts(each.matter, each.start + DAYS)
        counts[each.start :] += each.extra
        told = {place: day for day, places in natural[each.matter] for place in places if day < each.start}
        span = range(each.start, each.start + DAYS)
        tally.add(each, _tells(_fit(score(counts), counts, MINIMUM), limits[each.matter], span, told))
    return tally


def ours(city: City, matters: Sequence[int], drawn: Sequence[Outbreak]) -> Tally:
    """Run the product's methods together, as `jinlin insight warn` does."""
    days, learn = _watched(city), _watched(city).start
    budgets = [Budget()] * len(matters)
    made = {matter: city.matter(matter, learn, MINIMUM) for matter in matters}
    for matter in made.values():
        matter.scores.update(score_days(matter, range(city.events.days)))
    scores = [made[matter].scores for matter in matters]
    lines = {day: lines_on(scores, budgets, day) for day in days[::REDRAWN]}
    tally, natural = Tally(), {}
    for index, matter in enumerate(matters):
        natural[matter] = _our_alarms(city, made[matter], lines, index, days, [])
        tally.alarms += len(natural[matter])
        tally.days += len(days)
    for each in drawn:
        counts = city.events.counts(each.matter, each.start + DAYS)
        counts[each.start :] += each.extra
        factor = busy(counts.sum(axis=1), city.kinds[: len(counts)], learn)
        grown = prepare(counts, factor, city.zones, learn, MINIMUM, made[each.matter].known)
        span = range(each.start, each.start + DAYS)
        grown.scores.update(score_days(grown, span))
        before = [alarm for alarm in natural[each.matter] if alarm.day < each.start]
        told = _our_alarms(city, grown, lines, list(matters).index(each.matter), span, before)
        tally.add(each, [(alarm.day, frozenset(alarm.places)) for alarm in told])
    return tally


def _our_alarms(
    city: City,
    matter: Matter,
    lines: Mapping[int, Sequence[Mapping[str, float]]],
    index: int,
    span: range,
    before: Sequence[Alarm],
) -> list[Alarm]:
    quiet = Quiet(np.full(len(city.events.places), -LONG_AGO, np.int64))
    for alarm in before:
        quiet.note(alarm)
    found = []
    for day in span:
        now = lines[max(each for each in lines if each <= day)][index]
        alarm = alarm_on(index, matter, now, quiet, day)
        if alarm is not None:
            quiet.note(alarm)
            found.append(alarm)
    return found


def _print(name: str, tally: Tally, line: Line) -> None:
    shares = " / ".join(f"{np.mean(tally.found[size]):.0%}" for size in SIZES)
    anywhere = " / ".join(f"{np.mean(tally.anywhere[size]):.0%}" for size in SIZES)
    rate = PER_DAYS * tally.alarms / tally.days
    aim = " ".join(AIM.values()) if name.startswith("Jinlin") else ""
    line(f"{name}: found in 7 days, 1 / 4 / 10 places", shares, aim)
    line("    any alarm of the matter, wherever", anywhere, "")
    line("    alarm days in 60 days per matter, no outbreak", f"{rate:.2f}", "budget 1.00")
    line(
        "    mean day of the alarm, overlap of places (Jaccard)",
        f"{np.mean(tally.delay):.1f}, {np.mean(tally.overlap):.2f}",
        "",
    )


def figures(file: Path, line: Line, each: int = 8, seed: int = 20) -> None:
    """Print the figures of early warning; `line(name, value, target)` prints one."""
    read = read_events(file, COLUMNS, PERIOD)
    city = City(read.events, read.lat, read.lon)
    order = np.argsort(-np.bincount(read.events.matter), kind="stable")
    for words, matters, even in (
        ("the 12 largest matters, flat", order[:LARGE], True),
        ("the 12 largest matters, uneven", order[:LARGE], False),
        ("the next 20 matters, flat", order[LARGE : LARGE + MIDDLE], True),
    ):
        chosen = [int(matter) for matter in matters]
        drawn = list(outbreaks(city, chosen, each, seed, even=even))
        line(f"{words}: outbreaks drawn", str(len(drawn)), "")
        _print("Jinlin (scan, burst, ewma, whole)", ours(city, chosen, drawn), line)
        for name, score in (
            ("EARS C2", ears_c2),
            ("plain 7-day count", week),
            ("more than last week", more_than_last_week),
        ):
            _print(name, yardstick(city, score, chosen, drawn), line)
    _whole_file(city, read.learn, read.watch, line)
    nightly(line)


def _whole_file(city: City, learn: int, watch: range, line: Line) -> None:
    started = time.perf_counter()
    alarms = city.alarms(Budget(), learn, watch)
    took = time.perf_counter() - started
    line(
        f"all {len(city.events.matters)} matters: alarm days in 60 days each",
        f"{city.rate(alarms, len(watch)):.2f}",
        "",
    )
    line(f"  seconds for {city.events.days} days", f"{took:.1f}", "")


def nightly(line: Line, places: int = 5_075, matters: int = 80, events: int = 400_000) -> None:
    """Time one night of a large county (made up: shares of matters and places fall like a power)."""
    rng = np.random.default_rng(1)
    days = 430
    share = rng.pareto(1.2, matters) + 0.05
    made = Events(
        date(2025, 1, 1),
        days,
        tuple(f"m{index:02}" for index in range(matters)),
        tuple(f"p{index:04}" for index in range(places)),
        np.sort(rng.integers(0, days, events)),
        rng.choice(matters, events, p=share / share.sum()),
        np.minimum((rng.pareto(2, events) * places / 6).astype(np.int64), places - 1),
    )
    city = City(made, 34 + rng.random(places), 114 + rng.random(places), chinese=True)
    kept = {
        made.first + timedelta(days=day): {name: dict.fromkeys(SHARES, 1.0) for name in made.matters}
        for day in range(days - 1)
    }
    started = time.process_time()
    tonight(city, [Budget()] * matters, kept, {})
    took = time.process_time() - started
    line(f"one night of {places:,} places x {matters} matters, CPU s", f"{took:.2f}", "at most 5")


def _line(name: str, value: str, target: str = "") -> None:
    print(f"  {name:<62} {value:>18}   {target}", flush=True)


if __name__ == "__main__":
    if not FILE.is_file():
        sys.exit(f"skipped: {FILE.name} is not on this machine")
    figures(FILE, _line, *(int(word) for word in sys.argv[1:3]))
