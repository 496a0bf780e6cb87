"""From counts to alarms: every matter, day by day, with lines drawn from earlier days only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.scan import expected as usual
from jinlin.insight.scan.days import day_factors
from jinlin.insight.scan.lines import Tail, common_width, line, tail_of
from jinlin.insight.scan.single import highest_place, moving_excess, whole
from jinlin.insight.scan.windows import Floats, Ground, Peak, damped, lasting, sudden
from jinlin.insight.scan.zones import Zones

SHARES = {
    "scan": 0.7,
    "ewma": 0.1,
    "burst": 0.1,
    "whole": 0.1,
}  # of the budget; lasting rises are what offices can treat
PER_DAYS = 60
QUIET = 14  # days in which the same place is not told again for the same matter
HISTORY = 730  # days of scores a line is drawn from
LEARN_FROM = (
    2  # events that make a score to learn from: with the minimum that is told, rare matters would have none
)
WHOLE_PLACES = 20  # places named when everywhere rises


@dataclass(frozen=True, slots=True)
class Budget:
    """What an office allows: alarm days per matter in 60 days, and how few events are never told."""

    alarms: float = 1.0
    minimum: int = 5

    def days_between(self, method: str) -> float:
        """Return after how many days a method may be wrong once."""
        allowed = self.alarms * SHARES[method]
        return PER_DAYS / allowed if allowed > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One day on which one matter stands out; `score` is how often the line fits into it (1: just over)."""

    day: int
    matter: int
    places: tuple[int, ...]
    observed: int
    expected: float
    window: int
    score: float
    method: str


@dataclass(frozen=True, eq=False)
class Matter:
    """One matter made ready: its ground, the charts and the daily scores of each method (T,)."""

    ground: Ground
    plain: Floats
    excess: Floats
    scores: dict[str, Floats]

    @property
    def totals(self) -> Floats:
        """Events of each day (T,)."""
        found: Floats = self.ground.counts.sum(axis=1)
        return found


def prepare(counts: Floats, kinds: NDArray[np.int64], zones: Zones, learn: int, minimum: int = 5) -> Matter:
    """Make one matter ready: counts (T, P), kinds of day (T,), the first `learn` days are for learning. No scores yet."""
    totals = counts.sum(axis=1)
    factor = day_factors(totals, kinds, learn)[kinds] * usual.season(totals)
    plain = usual.usual(counts, factor, learn)
    raised = plain * usual.surge(totals, plain.sum(axis=1))[:, None]
    ground = Ground(counts, damped(counts), raised, zones, minimum)
    return Matter(ground, plain, moving_excess(ground), {})


def peak(matter: Matter, method: str, day: int, muted: NDArray[np.bool_] | None = None) -> Peak:
    """Return what one method sees on one day."""
    if method == "scan":
        return lasting(matter.ground, day, muted)
    if method == "burst":
        return sudden(matter.ground, day, muted)
    if method == "ewma":
        return highest_place(matter.ground, matter.excess, day, muted)
    return whole(matter.totals, matter.plain.sum(axis=1), day, matter.ground.minimum)


def score_days(matter: Matter, days: Iterable[int], minimum: int | None = None) -> dict[str, Floats]:
    """Return the scores of each method on the given days, 0 on others (T,); a `minimum` other than the matter's own."""
    judged = matter if minimum is None else replace(matter, ground=replace(matter.ground, minimum=minimum))
    found = {method: np.zeros(len(matter.ground.counts)) for method in SHARES}
    for day in days:
        for method, scores in found.items():
            scores[day] = peak(judged, method, day).score
    return found


@dataclass(frozen=True, eq=False)
class Lines:
    """The line of each method for each matter."""

    of: dict[str, list[float]]


def lines_of(tails: dict[str, list[Tail]], budgets: Sequence[Budget]) -> Lines:
    """Draw the lines of all matters from the tails of their past scores."""
    found = {}
    for method, each in tails.items():
        common = common_width(each)
        found[method] = [
            line(tail, common, budget.days_between(method))
            for tail, budget in zip(each, budgets, strict=True)
        ]
    return Lines(found)


@dataclass(eq=False)
class Quiet:
    """What was told of one matter: each place's last day (P,), and of the whole."""

    told: NDArray[np.int64]
    whole: int = field(default=-10_000)

    def muted(self, day: int) -> NDArray[np.bool_] | None:
        """Return the places that were told within the quiet days."""
        quiet: NDArray[np.bool_] = self.told > day - QUIET
        return quiet if quiet.any() else None


def alarm_on(index: int, matter: Matter, lines: Lines, quiet: Quiet, day: int) -> Alarm | None:
    """Return the alarm of one matter on one day: the method that is furthest over its line; None when none is."""
    muted = quiet.muted(day)
    best: tuple[float, str, Peak] | None = None
    for method in SHARES:
        limit = lines.of[method][index]
        if matter.scores[method][day] <= limit or (method == "whole" and quiet.whole > day - QUIET):
            continue
        found = peak(matter, method, day, muted)
        ratio = found.score / limit if limit > 0 else found.score + 1
        if found.score > limit and (best is None or ratio > best[0]):
            best = (ratio, method, found)
    if best is None:
        return None
    alarm = _alarm(index, matter, best, day, muted)
    quiet.told[list(alarm.places)] = day
    if alarm.method == "whole":
        quiet.whole = day
    return alarm


def _alarm(
    index: int, matter: Matter, best: tuple[float, str, Peak], day: int, muted: NDArray[np.bool_] | None
) -> Alarm:
    ratio, method, found = best
    back = slice(day + 1 - found.window, day + 1)
    seen, base = matter.ground.counts[back].sum(axis=0), matter.plain[back].sum(axis=0)
    if method == "whole":
        places = np.argsort(base - seen, kind="stable")[:WHOLE_PLACES]
        places = places[seen[places] > base[places]]
        observed, expected = seen.sum(), base.sum()
    else:
        zone = matter.ground.zones.zone(found.centre, found.size)
        places = zone[~muted[zone]] if muted is not None else zone
        observed, expected = seen[places].sum(), base[places].sum()
    return Alarm(
        day,
        index,
        tuple(map(int, places)),
        round(float(observed)),
        float(expected),
        found.window,
        ratio,
        method,
    )


def watch(
    make: Callable[[int], Matter],
    budgets: Sequence[Budget],
    learn: int,
    days: range,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> list[Alarm]:
    """Return the alarms of `days`, in the order of days and matters; lines come from the first `learn` days.

    `make` builds a matter by its index; only one is held at a time, because a city has hundreds. It is asked again for
    the few that pass a line.
    """
    start = max(0, learn - HISTORY)
    tails: dict[str, list[Tail]] = {method: [] for method in SHARES}
    live: list[dict[str, Floats]] = []
    for index in range(len(budgets)):
        matter = make(index)
        for method, scores in score_days(matter, range(start, learn), LEARN_FROM).items():
            tails[method].append(tail_of(scores[start:learn]))
        live.append(score_days(matter, days))
        tell(index + 1, len(budgets))
    lines = lines_of(tails, budgets)
    found: list[Alarm] = []
    for index, scores_of in enumerate(live):
        if any((scores > lines.of[method][index]).any() for method, scores in scores_of.items()):
            matter = make(index)
            matter.scores.update(scores_of)
            found.extend(alarms_of(index, matter, lines, days))
    return sorted(found, key=lambda alarm: (alarm.day, alarm.matter))


def alarms_of(index: int, matter: Matter, lines: Lines, days: range) -> list[Alarm]:
    """Return the alarms of one matter, day by day; what was told keeps quiet for a while."""
    quiet = Quiet(np.full(matter.ground.zones.places, -10_000, np.int64))
    told = (alarm_on(index, matter, lines, quiet, day) for day in days)
    return [alarm for alarm in told if alarm is not None]
