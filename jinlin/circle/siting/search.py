"""Good choices of sites: greedy, then one-for-one swaps until none helps. No guarantee by itself; bound.py gives it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.siting.covers import Covers, Floats, Longs

LITTLE = 1e-6  # people: less than this is rounding, not a gain
KICKS = 300
KICK_SWAPS = 40
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Budget:
    """What may be spent: `most` sites when cost is None, else sites whose cost (s,) > 0 sums to at most `most`."""

    most: float
    cost: Floats | None = None

    def prices(self, sites: int) -> Floats:
        """Return what every site takes out of the budget."""
        return np.ones(sites) if self.cost is None else self.cost

    @property
    def room(self) -> float:
        """The budget with a hair's breadth for sums of decimal fractions (0.1 + 0.2 <= 0.3)."""
        return self.most * (1 + 1e-12)


def greedy(covers: Covers, budget: Budget, start: Longs | None = None, *, per_cost: bool = False) -> Longs:
    """Add the site that covers most (or most per unit of cost) while it fits; ties go to the first site.

    start: sites taken before the first choice. Sites that cover nobody new are never taken.
    """
    price = budget.prices(covers.sites)
    chosen = list(start) if start is not None else []
    left = budget.room - float(price[chosen].sum())
    fresh = np.ones(len(covers.people), bool)
    for site in chosen:
        fresh[covers.of(site)] = False
    gain = covers.table @ np.where(fresh, covers.people, 0.0)
    while True:
        worth = np.where(price <= left, gain / price if per_cost else gain, -1.0)
        worth[gain <= LITTLE] = -1.0
        best = int(np.argmax(worth)) if len(worth) else -1
        if best < 0 or worth[best] < 0:
            return np.array(chosen, np.int64)
        chosen.append(best)
        left -= float(price[best])
        own = covers.of(best)
        own = own[fresh[own]]
        fresh[own] = False
        gain -= _shared(covers, own)


def _entries(covers: Covers, rows: Longs) -> tuple[Longs, Longs]:
    """Return the sites that cover these rows, row after row, and how many each row has."""
    table = covers.by_row
    start, width = table.indptr[rows], np.diff(table.indptr)[rows]
    ends = np.cumsum(width)
    entry = np.arange(ends[-1] if len(ends) else 0) + np.repeat(start - (ends - width), width)
    return table.indices[entry], width


def _shared(covers: Covers, rows: Longs) -> Floats:
    """Return for every site the people of these rows that it covers too."""
    sites, width = _entries(covers, rows)
    weight = np.repeat(covers.people[rows], width)
    return np.bincount(sites, weights=weight, minlength=covers.sites).astype(np.float64)


def swapped(covers: Covers, budget: Budget, chosen: Longs, *, most: int = 1_000) -> Longs:
    """Exchange one chosen site for one other while that covers more people; at most `most` exchanges.

    The best exchange of all is taken each time.
    """
    price = budget.prices(covers.sites)
    exchange = Exchange(covers, chosen)
    for _round in range(most):
        pick = exchange.best(budget.room, price)
        if pick is None:
            break
        exchange.swap(*pick)
        if budget.cost is not None:  # a cheaper site may leave room for one more
            fuller = greedy(covers, budget, exchange.chosen)
            if len(fuller) > len(exchange.chosen):
                exchange = Exchange(covers, fuller)
    return exchange.chosen


class Exchange:
    """What every exchange would bring, kept up to date: only rows of the two sites that move are looked at again.

    change(out, in) = gain(in) + alone(out, in) - alone(out, out), where gain counts people nobody covers yet and
    alone(p, j) those of site j whom only chosen site p covers (Resende and Werneck 2007, the p-median's swap).
    """

    def __init__(self, covers: Covers, chosen: Longs) -> None:
        self.covers, self.chosen = covers, chosen.copy()
        self.times = np.zeros(len(covers.people), np.int64)
        self.places = np.zeros(len(covers.people), np.int64)  # sum of the places in `chosen` that cover a row
        for place, site in enumerate(chosen):
            self.times[covers.of(site)] += 1
            self.places[covers.of(site)] += place
        self.gain = np.zeros(covers.sites)
        self.alone = np.zeros((len(chosen), covers.sites))
        self._count(np.arange(len(covers.people)), 1.0)

    def _count(self, rows: Longs, sign: float) -> None:
        """Add (or take out) what rows covered by nobody or by one site contribute."""
        self.gain += sign * _shared(self.covers, rows[self.times[rows] == 0])
        single = rows[self.times[rows] == 1]
        sites, width = _entries(self.covers, single)
        weight = np.repeat(sign * self.covers.people[single], width)
        np.add.at(self.alone, (np.repeat(self.places[single], width), sites), weight)

    def best(self, room: float, price: Floats) -> tuple[int, int] | None:
        """Return (place in chosen, new site) of the exchange that covers most more, or None when none does."""
        if not len(self.chosen) or len(self.chosen) == self.covers.sites:
            return None
        own = self.alone[np.arange(len(self.chosen)), self.chosen]
        change = self.alone + self.gain - own[:, None]
        change[:, self.chosen] = -np.inf
        left = room - price[self.chosen].sum()
        change[price[None, :] - price[self.chosen][:, None] > left] = -np.inf
        place, site = divmod(int(np.argmax(change)), self.covers.sites)
        return (place, site) if change[place, site] > LITTLE else None

    def swap(self, place: int, site: int) -> None:
        """Put a site in the place of a chosen one."""
        old, new = self.covers.of(int(self.chosen[place])), self.covers.of(site)
        rows = np.union1d(old, new)
        self._count(rows, -1.0)
        self.times[old] -= 1
        self.places[old] -= place
        self.times[new] += 1
        self.places[new] += place
        self.chosen[place] = site
        self._count(rows, 1.0)


def kicked(covers: Covers, budget: Budget, chosen: Longs, *, seconds: float) -> Longs:
    """Leave a choice that no swap improves: close a few sites at random, choose anew, keep what covers more.

    The random numbers are the same in every run; at most KICKS tries or `seconds`.
    """
    ends = time.monotonic() + seconds
    random = np.random.default_rng(0)
    reached = covers.reached(chosen)
    for _kick in range(KICKS if len(chosen) > 1 else 0):
        if time.monotonic() > ends:
            break
        keep = random.permutation(len(chosen))[max(1, len(chosen) // 8) :]
        plan = good_choice(covers, budget, chosen[np.sort(keep)], swaps=KICK_SWAPS)
        if covers.reached(plan) >= reached:
            chosen, reached = plan, covers.reached(plan)
    return chosen


def good_choice(covers: Covers, budget: Budget, start: Longs | None = None, *, swaps: int = 1_000) -> Longs:
    """Return greedy (the better of plain and per cost) and at most `swaps` swaps, from nothing or from a start."""
    plans = [greedy(covers, budget, start)]
    if budget.cost is not None:
        plans.append(greedy(covers, budget, start, per_cost=True))
    best = max(plans, key=covers.reached)
    return swapped(covers, budget, best, most=swaps)


def in_order(covers: Covers, chosen: NDArray[Any]) -> tuple[Longs, Floats]:
    """Return the sites so that each adds most after those before it (ties: the first), and what each adds.

    Sites that add nobody, because others cover all their people, are left out.
    """
    left = sorted(int(site) for site in chosen)
    fresh = np.ones(len(covers.people), bool)
    order: list[int] = []
    adds: list[float] = []
    while left:
        rows = [covers.of(site) for site in left]
        gains = [float(covers.people[row[fresh[row]]].sum()) for row in rows]
        best = int(np.argmax(gains))
        if gains[best] <= LITTLE:
            break
        fresh[rows[best]] = False
        order.append(left.pop(best))
        adds.append(gains[best])
    return np.array(order, np.int64), np.array(adds)
