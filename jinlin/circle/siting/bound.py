"""How much more could any choice cover? A Lagrangian bound: true for every multiplier, tight for good ones.

Every person in row i costs a rent l_i when a site covers the row, and counts outright for what the rent leaves. For any
rents between 0 and the row's people

    bound(l) = sum_i (people_i - l_i) + the most rent that affordable sites can collect

no choice within the budget covers more. Subgradient steps lower it; the smallest bound seen is computed once more in
whole 1/1024 people, rounded outwards, so no rounding error can make it too small (design/living-circle.md 4.6).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jinlin.circle.siting.covers import Covers, Floats, Longs
from jinlin.circle.siting.search import Budget, good_choice, kicked, swapped

GRAIN = 1024  # parts of a person in the certified sum
PATIENCE = 20  # steps without a better bound before the step is halved
SMALLEST_STEP = 1e-3
MOMENTUM = (
    0.9  # share of the last direction kept: tried 0.3 to 0.93 on four sizes, 0.9 gave the lowest bounds
)
REPAIR_EVERY = 60  # steps between two repairs of the relaxed choice into a real one
SWAPS = 200  # exchanges tried in a repair


@dataclass(frozen=True)
class Effort:
    """How long to try: at most `rounds` steps and `seconds`; enough when the gap is at most `gap` (a share)."""

    rounds: int = 2_000
    seconds: float = 10.0
    gap: float = 0.0


@dataclass(frozen=True, eq=False)
class Bounded:
    """The best choice found and the certified bound on newly covered people, with the steps taken."""

    chosen: Longs
    reached: float
    bound: float
    rounds: int


def certified(covers: Covers, budget: Budget, rent: Floats) -> float:
    """Return a bound on newly covered people that holds whatever the rents; exact in whole 1/1024 people."""
    people = np.ceil(covers.people * GRAIN).astype(np.int64)
    parts = np.clip(np.rint(rent * GRAIN).astype(np.int64), 0, people)
    site_of = np.repeat(np.arange(covers.sites), np.diff(covers.indptr))
    value = np.zeros(covers.sites, np.int64)
    np.add.at(value, site_of, parts[covers.rows])
    outright = int((people - parts).sum())
    bound = Fraction(outright, GRAIN) + _most_rent(value, budget)
    if covers.whole_people:
        bound = Fraction(bound.numerator // bound.denominator)
    return min(_upwards(bound), float(covers.people.sum()))


def _most_rent(value: Longs, budget: Budget) -> Fraction:
    """Return at least the most rent (parts summed to people) that affordable sites collect.

    By count: the largest ones. By cost: for any price m of a unit of budget, spending all of it and keeping every
    site's surplus is at least as much as any affordable choice; m is where a fractional filling stops.
    """
    if budget.cost is None:
        most = min(max(int(budget.room), 0), len(value))
        largest = np.partition(value, len(value) - most)[len(value) - most :] if most else value[:0]
        return Fraction(int(largest.sum()), GRAIN)
    m = Fraction(_stop_price(value.astype(np.float64), budget.cost, budget.room))
    surplus = (Fraction(int(v)) - m * Fraction(float(c)) for v, c in zip(value, budget.cost, strict=True))
    return (m * Fraction(budget.room) + sum((s for s in surplus if s > 0), Fraction(0))) / GRAIN


def _stop_price(value: Floats, cost: Floats, room: float) -> float:
    """Return value per cost of the site at which a fractional filling by falling ratio stops; 0 when all fit."""
    order = np.argsort(-value / cost, kind="stable")
    spent = np.cumsum(cost[order])
    stop = int(np.searchsorted(spent, room, side="right"))
    return float(value[order[stop]] / cost[order[stop]]) if stop < len(order) else 0.0


def _upwards(bound: Fraction) -> float:
    near = float(bound)
    return near if Fraction(near) >= bound else float(np.nextafter(near, np.inf))


def _relaxed(value: Floats, budget: Budget) -> tuple[Floats, float]:
    """Return how much of every site the relaxed choice takes (0..1), and the rent it collects."""
    taken = np.zeros(len(value))
    if budget.cost is None:
        most = min(max(int(budget.room), 0), len(value))
        if most:
            taken[np.argpartition(-value, most - 1)[:most]] = 1
        return taken, float((value * taken).sum())
    order = np.argsort(-value / budget.cost, kind="stable")
    spent = np.cumsum(budget.cost[order])
    stop = int(np.searchsorted(spent, budget.room, side="right"))
    taken[order[:stop]] = 1
    if stop < len(order):
        before = spent[stop - 1] if stop else 0.0
        taken[order[stop]] = max(budget.room - before, 0.0) / budget.cost[order[stop]]
    return taken, float((value * taken).sum())


def improved(covers: Covers, budget: Budget, chosen: Longs, effort: Effort) -> Bounded:
    """Lower the bound and lift the choice in turn, from a good first choice; deterministic but for the time limit."""
    people = covers.people
    ends = time.monotonic() + effort.seconds
    best, reached = chosen, covers.reached(chosen)
    start = np.asarray(covers.by_row @ np.ones(covers.sites))
    rent = people / np.maximum(start, 1) if len(people) else people
    keep, lowest = rent, float(people.sum())
    step, stale, done = 1.0, 0, 0
    heading = np.zeros(len(people))
    for done in range(1, effort.rounds + 1):
        taken, collected = _relaxed(covers.table @ rent, budget)
        value = float((people - rent).sum()) + collected
        stale += 1
        if value < lowest * (1 - 1e-7):
            keep, lowest, stale = rent, value, 0
        if stale >= PATIENCE:
            step, stale, rent = step / 2, 0, keep
            continue
        if done % REPAIR_EVERY == 1:
            best, reached = _repaired(covers, budget, taken, (best, reached))
        slope = covers.by_row @ taken - 1.0
        slope[(rent <= 0) & (slope > 0)] = 0.0
        slope[(rent >= people) & (slope < 0)] = 0.0
        heading = slope + MOMENTUM * heading
        size = float((heading * heading).sum())  # not BLAS: its threads add in an order of their own
        if _enough(lowest, reached, effort) or step < SMALLEST_STEP or not size or time.monotonic() > ends:
            break
        rent = np.clip(rent - heading * (step * max(value - reached, 1e-6) / size), 0.0, people)
    left = ends - time.monotonic()
    if not _enough(lowest, reached, effort):
        best = kicked(covers, budget, swapped(covers, budget, best), seconds=left)
    return Bounded(best, covers.reached(best), certified(covers, budget, keep), done)


def _enough(bound: float, reached: float, effort: Effort) -> bool:
    return bound - reached <= effort.gap * reached


def _repaired(
    covers: Covers, budget: Budget, taken: Floats, best: tuple[Longs, float]
) -> tuple[Longs, float]:
    """Turn the relaxed choice into a real one; return it when it covers more than the best so far."""
    start = np.flatnonzero(taken >= 1)
    plan = good_choice(covers, budget, start, swaps=SWAPS)
    reached = covers.reached(plan)
    return (plan, reached) if reached > best[1] else best
