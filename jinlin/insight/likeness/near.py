"""Which texts may tell of the same matter, and how surely: found through their rarest pairs, then weighed in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jinlin.insight.likeness.grams import Ints
from jinlin.insight.likeness.space import Rows, Space

Floats = NDArray[np.float64]

# A logistic fit on pairs of the public stream whose issues were read and named by hand, half of the issues for
# fitting, half for looking (bench/insight.py): cosine, and the share of the rarer words of either title that the
# other text says too. Same 0.5 = as likely as not the same matter at the same place.
COSINE, LESS, MORE, BIAS = 25.0, 2.0, 7.5, -6.5
SOFT = 2.0  # widens the curve; the order stays

KEPT_WORDS = 96  # the weightiest pairs of a text through which it is looked for
RARE, RARE_AT_LEAST = (
    0.005,
    200,
)  # ... of those at most so many texts share: frequent ones find everything and cost most
LOOKED_AT = 30  # texts weighed in full for each
BLOCK = 4_000  # texts looked for at once: their products stay below 200 MB at 50,000 texts
CHUNK = 20_000  # pairs weighed at once

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of texts, `one` < `other`, each once, with how surely they tell the same (0-1)."""

    one: Ints
    other: Ints
    same: Floats

    def __len__(self) -> int:
        return len(self.one)

    def only(self, kept: NDArray[np.bool_]) -> Pairs:
        """Return those marked."""
        return Pairs(self.one[kept], self.other[kept], self.same[kept])


def near_pairs(space: Space, days: Floats, reach: float, progress: Progress | None = None) -> Pairs:
    """Return the pairs worth weighing, at most `reach` days apart; `days` (n,) must not fall.

    Each text meets the 30 that share most with it; the work grows with the texts in reach, never with their square
    in memory.
    """
    look = _rarest(space.rows)
    ones, others = [], []
    for start in range(0, len(space), BLOCK):
        stop = min(start + BLOCK, len(space))
        low = int(np.searchsorted(days, days[start] - reach, "left"))
        high = int(np.searchsorted(days, days[stop - 1] + reach, "right"))
        found = sparse.csr_matrix(look[start:stop] @ look[low:high].T)
        for row in range(stop - start):
            cells = slice(found.indptr[row], found.indptr[row + 1])
            place = found.indices[cells].astype(np.int64) + low
            inside = (np.abs(days[place] - days[start + row]) <= reach) & (place != start + row)
            place = _first(place[inside], found.data[cells][inside])
            ones.append(np.full(len(place), start + row, np.int64))
            others.append(place)
        if progress is not None:
            progress(stop, len(space))
    one, other = _once(ones, others, len(space))
    return Pairs(one, other, same(space, one, other))


def same(space: Space, one: Ints, other: Ints) -> Floats:
    """Return how surely each pair tells of the same matter at the same place, 0 to 1."""
    found = np.empty(len(one))
    for start in range(0, len(one), CHUNK):
        a, b = one[start : start + CHUNK], other[start : start + CHUNK]
        forth, back = _products(space.titles[a], space.has[b]), _products(space.titles[b], space.has[a])
        weight = COSINE * _products(space.rows[a], space.rows[b])
        weight += LESS * np.minimum(forth, back) + MORE * np.maximum(forth, back) + BIAS
        found[start : start + CHUNK] = 1 / (1 + np.exp(-weight / SOFT))
    return found


def _products(one: Rows, other: Rows) -> Floats:
    return np.asarray(one.multiply(other).sum(axis=1), np.float64).ravel()


def _first(place: Ints, weight: NDArray[np.float32]) -> Ints:
    """Return the places with the greatest weights."""
    if len(place) <= LOOKED_AT:
        return place
    return place[np.argpartition(-weight, LOOKED_AT)[:LOOKED_AT]]


def _once(ones: list[Ints], others: list[Ints], count: int) -> tuple[Ints, Ints]:
    if not ones:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    one, other = np.concatenate(ones), np.concatenate(others)
    keys = np.unique(np.minimum(one, other) * count + np.maximum(one, other))
    return keys // count, keys % count


def _rarest(rows: Rows) -> Rows:
    """Return each row with its weightiest pairs only, none of them frequent."""
    used = np.bincount(rows.indices, minlength=rows.shape[1])
    rare = used <= max(RARE_AT_LEAST, RARE * rows.shape[0])
    columns, weights, ends = [], [], [0]
    for start, stop in zip(rows.indptr, rows.indptr[1:], strict=False):
        column, weight = rows.indices[start:stop], rows.data[start:stop]
        seldom = rare[column]
        column, weight = column[seldom], weight[seldom]
        if len(column) > KEPT_WORDS:
            heavy = np.sort(np.argpartition(-weight, KEPT_WORDS)[:KEPT_WORDS])
            column, weight = column[heavy], weight[heavy]
        columns.append(column)
        weights.append(weight)
        ends.append(ends[-1] + len(column))
    if not columns:
        return rows
    return sparse.csr_matrix((np.concatenate(weights), np.concatenate(columns), ends), shape=rows.shape)
