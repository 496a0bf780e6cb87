"""Where to build next: at most so many sites, as many people as possible, and proof of how good the answer is.

Maximal covering under a budget: greedy, one-for-one swaps, a Lagrangian bound that is always certified, and HiGHS as a
second opinion on small cases when the extra `[siting]` is installed (design/living-circle.md 4.6).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from jinlin.circle.siting import exact
from jinlin.circle.siting.bound import Bounded, Effort, improved
from jinlin.circle.siting.covers import Covers, Floats, Longs, covers
from jinlin.circle.siting.search import Budget, good_choice, in_order

__all__ = ["Budget", "Covers", "Effort", "Siting", "choose", "covers"]


@dataclass(frozen=True, eq=False)
class Siting:
    """A choice of sites in order of what each adds, and what is proved about it.

    chosen: positions of candidates; adds: people each covers newly after those before it. base: people covered before;
    bound: no choice within the budget covers more people newly; total: everybody. solver: what the answer rests on.
    """

    chosen: Longs
    adds: Floats
    base: float
    bound: float
    total: float
    rounds: int
    solver: str

    @property
    def newly(self) -> float:
        """People whom the chosen sites cover newly."""
        return float(self.adds.sum())

    @property
    def covered_share(self) -> float | None:
        """Share of people whom existing facilities and chosen sites cover together; None without people."""
        return (self.base + self.newly) / self.total if self.total else None

    @property
    def upper_bound_share(self) -> float | None:
        """Share of people that no choice within the budget can exceed; None without people."""
        return (self.base + self.bound) / self.total if self.total else None

    @property
    def gap(self) -> float:
        """At most this much better (as a share of the people covered) any other choice can be."""
        covered = self.base + self.newly
        return (self.bound - self.newly) / covered if covered else 0.0

    @property
    def gap_of_new(self) -> float:
        """The same gap as a share of the newly covered people alone; 0 when nobody can be."""
        return (self.bound - self.newly) / self.newly if self.newly else 0.0


def choose(covers: Covers, budget: Budget, effort: Effort | None = None, *, solver: bool = True) -> Siting:
    """Choose sites within the budget; `solver` lets HiGHS polish a small case with the time that is left.

    The same input gives the same answer as long as the time limit is not what stops the search.
    """
    effort = effort or Effort()
    begun = time.monotonic()
    found = improved(covers, budget, good_choice(covers, budget), effort)
    name = "lagrange"
    left = effort.seconds - (time.monotonic() - begun)
    if solver and left > 0 and _worth_polishing(covers, found, effort) and exact.available():
        found, name = exact.polished(covers, budget, found, left), "lagrange+highs"
    chosen, adds = in_order(covers, found.chosen)
    bound = max(found.bound, float(adds.sum()))
    return Siting(chosen, adds, covers.base, bound, covers.total, found.rounds, name)


def _worth_polishing(covers: Covers, found: Bounded, effort: Effort) -> bool:
    return len(covers.rows) <= exact.LARGEST and found.bound > found.reached * (1 + effort.gap)
