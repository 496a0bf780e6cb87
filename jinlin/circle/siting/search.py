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


def _shared(covers: Covers, rows: Longs) -> Floats:
    """Return for every site the people of these rows that it covers too."""
    table = covers.by_row
    start, width = table.indptr[rows], np.diff(table.indptr)[rows]
    ends = np.cumsum(width)
    entry = np.arange(ends[-1] if len(ends) else 0) + np.repeat(start - (ends - width), width)
    weight = np.repeat(covers.people[rows], width)
    return np.bincount(table.indices[entry], weights=weight, minlength=covers.sites).astype(np.float64)


def swapped(covers: Covers, budget: Budget, chosen: Longs, *, most: int = 1_000) -> Longs:
    """Exchange one chosen site for one other while that covers more people; at most `most` exchanges.

    The best exchange of all is taken each time. With w1 the people of rows that one chosen site covers alone:
    change(out, in) = gain(in) + w1 of (out and in) - w1 of out.
    """
    price = budget.prices(covers.sites)
    chosen = chosen.copy()
    for _round in range(most):
        pick = _best_swap(covers, budget, chosen, price)
        if pick is None:
            break
        chosen[pick[0]] = pick[1]
        if budget.cost is not None:  # a cheaper site may leave room for one more
            chosen = greedy(covers, budget, chosen)
    return chosen


def _best_swap(covers: Covers, budget: Budget, chosen: Longs, price: Floats) -> tuple[int, int] | None:
    """Return (place in chosen, new site) of the exchange that covers most more, or None when none does."""
    if not len(chosen) or len(chosen) == covers.sites:
        return None
    taken = np.zeros(covers.sites)
    taken[chosen] = 1
    times = covers.by_row @ taken
    gain = covers.table @ np.where(times == 0, covers.people, 0.0)
    own = covers.table[chosen]
    own.data = own.data * np.where(times == 1, covers.people, 0.0)[own.indices]
    own.eliminate_zeros()
    change = (own @ covers.by_row).toarray()
    change += gain
    change -= np.asarray(own.sum(axis=1)).reshape(-1, 1)
    change[:, chosen] = -np.inf
    left = budget.room - price[chosen].sum()
    change[price[None, :] - price[chosen][:, None] > left] = -np.inf
    best = int(np.argmax(change))
    place, site = divmod(best, covers.sites)
    return (place, site) if change[place, site] > LITTLE else None


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
