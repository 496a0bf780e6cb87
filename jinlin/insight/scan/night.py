"""From counts to alarms: every matter, day by day, with lines drawn from earlier days only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.scan import expected as usual
from jinlin.insight.scan.days import day_factors
from jinlin.insight.scan.lines import common_width, line, tail_of
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
LEARN_FROM = 2  # events that make a score to learn from
REDRAWN = 28  # days after which lines are drawn again from all earlier days
LONG_AGO = 10_000  # days
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
    """One day on which one matter stands out; `score` is how often the line fits into it (1: just over).

    `seen` and `usual`: events in the window at each of the places, and how many are usual there.
    """

    day: int
    matter: int
    places: tuple[int, ...]
    observed: int
    expected: float
    window: int
    score: float
    method: str
    seen: tuple[int, ...] = ()
    usual: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Matter:
    """One matter made ready: its ground, what is usual without a surge (T, P), the chart of each place (T, P), events of
    each day and what is usual of them (T,), which places are known (P,), and the daily scores of each method (T,) once they are there."""

    ground: Ground
    plain: Floats
    excess: Floats
    totals: Floats
    plain_totals: Floats
    known: NDArray[np.bool_]
    scores: dict[str, Floats] = field(default_factory=dict)


def busy(totals: Floats, kinds: NDArray[np.int64], learn: int) -> Floats:
    """Return how busy each day is for a matter (T,): its kind, learnt from the first `learn` days, and the season."""
    found: Floats = day_factors(totals, kinds, learn)[kinds] * usual.season(totals)
    return found


def prepare(
    counts: Floats,
    factor: Floats,
    zones: Zones,
    learn: int,
    minimum: int = 5,
    known: NDArray[np.bool_] | None = None,
) -> Matter:
    """Make one matter ready: counts (T, P), how busy each day is (T,), the first `learn` days are for learning.

    `known` (P,): places seen on those days, of whatever matter (None: all); others make no part of what is usual.
    """
    totals = counts.sum(axis=1)
    seen = np.ones(counts.shape[1], np.bool_) if known is None else known
    plain = usual.usual(counts, factor, learn, int(seen.sum()))
    plain_totals = plain[:, seen].sum(axis=1)
    raised = plain * usual.surge(totals, plain_totals)[:, None]
    ground = Ground(counts, damped(counts), raised, zones, minimum)
    return Matter(ground, plain, moving_excess(ground), totals, plain_totals, seen)


def peak(matter: Matter, method: str, day: int, muted: NDArray[np.bool_] | None = None) -> Peak:
    """Return what one method sees on one day."""
    if method == "scan":
        return lasting(matter.ground, day, muted)
    if method == "burst":
        return sudden(matter.ground, day, muted)
    if method == "ewma":
        return highest_place(matter.ground, matter.excess, day, muted)
    totals, plain = matter.totals, matter.plain_totals
    if muted is not None:
        totals, plain = (
            matter.ground.counts[:, ~muted].sum(axis=1),
            matter.plain[:, matter.known & ~muted].sum(axis=1),
        )
    return whole(totals, plain, day, matter.ground.minimum)


def score_days(matter: Matter, days: Iterable[int]) -> dict[str, Floats]:
    """Return the scores of each method on the given days, 0 on others (T,), of any two events or more.

    Lines are learnt from these: with the minimum that is told, rare matters would have no past.
    """
    judged = replace(matter, ground=replace(matter.ground, minimum=LEARN_FROM))
    found = {method: np.zeros(len(matter.ground.counts)) for method in SHARES}
    for day in days:
        for method, scores in found.items():
            scores[day] = peak(judged, method, day).score
    return found


@dataclass(eq=False)
class Quiet:
    """What was told of one matter: each place's last day (P,), and of the whole."""

    told: NDArray[np.int64]
    whole: int = field(default=-LONG_AGO)

    def muted(self, day: int) -> NDArray[np.bool_] | None:
        """Return the places that were told within the quiet days."""
        quiet: NDArray[np.bool_] = self.told > day - QUIET
        return quiet if quiet.any() else None

    def note(self, alarm: Alarm) -> None:
        """Keep quiet about what was told now."""
        self.told[list(alarm.places)] = alarm.day
        if alarm.method == "whole":
            self.whole = alarm.day


def lines_on(
    scores: Sequence[Mapping[str, Floats]], budgets: Sequence[Budget], day: int, since: int = 0
) -> list[dict[str, float]]:
    """Return the line of each matter and method from the scores of days before `day`, not before `since` or HISTORY."""
    found: list[dict[str, float]] = [{} for _each in scores]
    start = max(since, day - HISTORY)
    for method in SHARES:
        tails = [tail_of(each[method][start:day]) for each in scores]
        common = common_width(tails)
        for tail, budget, of in zip(tails, budgets, found, strict=True):
            of[method] = line(tail, common, budget.days_between(method))
    return found


def alarm_on(index: int, matter: Matter, lines: Mapping[str, float], quiet: Quiet, day: int) -> Alarm | None:
    """Return the alarm of one matter on one day: the method that is furthest over its line; None when none is.

    The matter's scores are those of `score_days`: what stays under the line there is under it with fewer places too.
    """
    muted = quiet.muted(day)
    best: tuple[float, str, Peak] | None = None
    for method, limit in lines.items():
        if matter.scores[method][day] <= limit or (method == "whole" and quiet.whole > day - QUIET):
            continue
        found = peak(matter, method, day, muted)
        ratio = found.score / limit if limit > 0 else found.score + 1
        if found.score > limit and (best is None or ratio > best[0]):
            best = (ratio, method, found)
    return _alarm(index, matter, best, day, muted) if best is not None else None


def _alarm(
    index: int, matter: Matter, best: tuple[float, str, Peak], day: int, muted: NDArray[np.bool_] | None
) -> Alarm:
    ratio, method, found = best
    back = slice(day + 1 - found.window, day + 1)
    seen, base = matter.ground.counts[back].sum(axis=0), matter.plain[back].sum(axis=0)
    if method == "whole":
        excess = np.where(muted, 0.0, seen - base) if muted is not None else seen - base
        places = np.argsort(-excess, kind="stable")[:WHOLE_PLACES]
        places = places[excess[places] > 0]
    else:
        zone = matter.ground.zones.zone(found.centre, found.size)
        places = zone[~muted[zone]] if muted is not None else zone
    return Alarm(
        day=day,
        matter=index,
        places=tuple(map(int, places)),
        observed=round(float(seen[places].sum())),
        expected=float(base[places].sum()),
        window=found.window,
        score=ratio,
        method=method,
        seen=tuple(round(each) for each in seen[places].tolist()),
        usual=tuple(base[places].tolist()),
    )


def watch(
    make: Callable[[int], Matter],
    budgets: Sequence[Budget],
    learn: int,
    days: range,
    enough: Callable[[Alarm], bool] = lambda _alarm: True,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Alarm]:
    """Return the alarms of `days`, in the order of days and matters, with lines from the first `learn` days.

    Every 28 days the lines are drawn again from all days before. `make` builds a matter by its index; only one is held
    at a time, because a city has hundreds, and it is asked again for the few that pass a line. An alarm that is not
    `enough` (too few people) is neither told nor keeps anything quiet.
    """
    scores: list[Mapping[str, Floats]] = []
    first = max(0, learn - HISTORY)
    for index in range(len(budgets)):
        matter = make(index)
        scores.append(score_days(matter, range(first, days.stop)))
        tell(index + 1, len(budgets))
    drawn = _drawn(scores, budgets, (first, learn), days)
    found: list[Alarm] = []
    for index, own in enumerate(scores):
        lines = {day: each[index] for day, each in drawn.items()}
        if any((own[method][days.start :] > of[method]).any() for of in lines.values() for method in of):
            matter = make(index)
            matter.scores.update(own)
            found.extend(alarms_of(index, matter, lines, days, enough))
    return sorted(found, key=lambda alarm: (alarm.day, alarm.matter))


def _drawn(
    scores: Sequence[Mapping[str, Floats]], budgets: Sequence[Budget], past: tuple[int, int], days: range
) -> dict[int, list[dict[str, float]]]:
    """Return the lines by the day from which they hold; `past`: first day with scores, first day not for learning.

    What passed a line stands at the line when the next one is drawn: an outbreak must not hide the one after it.
    """
    first, learn = past
    found = {days.start: lines_on(scores, budgets, learn, first)}
    known = [{method: each.copy() for method, each in own.items()} for own in scores]
    since = days.start
    for day in days[REDRAWN::REDRAWN]:
        for own, limits in zip(known, found[since], strict=True):
            for method, limit in limits.items():
                own[method][since:day] = np.minimum(own[method][since:day], limit)
        found[day] = lines_on(known, budgets, day, first)
        since = day
    return found


def alarms_of(
    index: int,
    matter: Matter,
    lines: Mapping[int, Mapping[str, float]],
    days: range,
    enough: Callable[[Alarm], bool] = lambda _alarm: True,
) -> list[Alarm]:
    """Return the alarms of one matter, day by day; `lines`: the day from which they hold -> line of each method."""
    quiet = Quiet(np.full(matter.ground.zones.places, -LONG_AGO, np.int64))
    found = []
    now = lines[days.start]
    for day in days:
        now = lines.get(day, now)
        alarm = alarm_on(index, matter, now, quiet, day)
        if alarm is not None and enough(alarm):
            quiet.note(alarm)
            found.append(alarm)
    return found
