"""Which site covers which demand: the sparse table that greedy, swap and bound walk on.

Demand rows that no choice can change (already covered, without people, out of everybody's reach) leave the table, and
rows with the same sites become one row (exact; 40,000 cells shrink to some 15,000: design/living-circle.md 4.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Covers:
    """A coverage problem of s sites and r merged demand rows.

    Site j covers rows[indptr[j]:indptr[j + 1]]; people (r,) stands in each row, every one > 0. `base` people are
    covered before anything is built, `total` is everybody, with those whom no site can reach.
    """

    indptr: Longs
    rows: Longs
    people: Floats
    base: float
    total: float

    @property
    def sites(self) -> int:
        """Count of candidate sites."""
        return len(self.indptr) - 1

    @cached_property
    def table(self) -> csr_array:
        """Sites x rows of ones; a product with it sums over the rows of every site."""
        ones = np.ones(len(self.rows))
        return csr_array((ones, self.rows, self.indptr), shape=(self.sites, len(self.people)))

    @cached_property
    def by_row(self) -> csr_array:
        """Rows x sites of ones; a product with it sums over the sites of every row."""
        return csr_array(self.table.T)

    @cached_property
    def whole_people(self) -> bool:
        """Whether people come in whole numbers, so that a bound may be rounded down to one."""
        return bool(np.all(self.people == np.floor(self.people))) and float(self.base).is_integer()

    def of(self, site: int) -> Longs:
        """Return the rows that a site covers."""
        return self.rows[self.indptr[site] : self.indptr[site + 1]]

    def reached(self, chosen: NDArray[Any]) -> float:
        """Return the people whom these sites cover newly."""
        hit = np.zeros(len(self.people), bool)
        for site in chosen:
            hit[self.of(int(site))] = True
        return float(self.people[hit].sum())


def covers(indptr: Longs, rows: Longs, people: Floats, *, covered: Flags | None = None) -> Covers:
    """Make the problem from raw sets: site j covers the demand points rows[indptr[j]:indptr[j + 1]].

    people (n,) stands at every demand point, negative and NaN are the caller's to refuse; `covered` (n,) marks points
    that an existing facility serves already: they count in the base and choose nothing.
    """
    weight = np.asarray(people, np.float64)
    served = np.zeros(len(weight), bool) if covered is None else covered
    total, base = float(weight.sum()), float(weight[served].sum())
    site_of = np.repeat(np.arange(len(indptr) - 1, dtype=np.int64), np.diff(indptr))
    keep = ~served[rows] & (weight[rows] > 0)
    pairs = np.unique(site_of[keep] * max(len(weight), 1) + rows[keep])
    site_of, point = np.divmod(pairs, max(len(weight), 1))
    group, count = _groups(site_of, point, len(weight))
    merged = np.bincount(group[group >= 0], weights=weight[group >= 0], minlength=count)
    first: Longs = np.full(count, len(weight), np.int64)
    np.minimum.at(first, group[point], point)
    kept = first[group[point]] == point
    start = np.zeros(len(indptr), np.int64)
    np.cumsum(np.bincount(site_of[kept], minlength=len(indptr) - 1), out=start[1:])
    return Covers(start, group[point[kept]], merged.astype(np.float64), base, total)


def _groups(site_of: Longs, point: Longs, points: int) -> tuple[Longs, int]:
    """Return for every point the number of its group of points with the same sites (-1: no site), and their count.

    A random 63-bit number per site is summed over each point's sites; equal sums are then compared site by site with
    the first of their group, so a clash of sums costs a merge, never a wrong answer.
    """
    group = np.full(points, -1, np.int64)
    if not len(point):
        return group, 0
    order = np.lexsort((site_of, point))
    site_of, point = site_of[order], point[order]
    begin = np.flatnonzero(np.r_[True, point[1:] != point[:-1]])
    length = np.diff(np.r_[begin, len(point)])
    key = np.random.default_rng(0).integers(1, 2**63 - 1, int(site_of.max()) + 1, dtype=np.int64)
    _, first, inverse = np.unique(
        np.add.reduceat(key[site_of], begin), return_index=True, return_inverse=True
    )
    model = first[inverse]  # the run each run is compared with
    same = length[model] == length
    step = np.arange(len(point)) - np.repeat(begin, length)
    other = np.repeat(np.where(same, begin[model], begin), length) + step
    same &= np.minimum.reduceat((site_of[other] == site_of).astype(np.int8), begin).astype(bool)
    leader = np.where(same, model, np.arange(len(begin)))
    _, number = np.unique(leader, return_inverse=True)
    group[point[begin]] = number
    return group, int(number.max()) + 1
