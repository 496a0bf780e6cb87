"""Texts as weighted rows: how much a rare pair of characters shared by two texts says that they tell the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jinlin.insight.likeness.grams import BUCKETS, Ints, pairs
from jinlin.insight.likeness.texts import PHRASES, title_or_opening

Rows = Any  # scipy.sparse.csr_matrix of float32; scipy carries no types

TITLE = 8.0  # a pair in the title counts as eight in the body before the logarithm
COMMON = 0.10  # pairs that more than this share of the writers use say nothing
COMMON_AT_LEAST = 20  # ... but in a small set of texts a share is a handful, and rare words would be lost
# Rarity is asked as in so large a set, or one issue of a small set would make itself common; and in a smaller set what
# is said once is kept: it tells how much of a text the other does not say.
WRITERS_AT_LEAST = 1_000


@dataclass(frozen=True, eq=False)
class Space:
    """Texts (n) by pairs of characters (v).

    `rows`: length 1 each, so that a product is a cosine. `titles`: each row sums to 1; the share of what a title says.
    `has`: 1 where a text has the pair.
    """

    rows: Rows
    titles: Rows
    has: Rows

    def __len__(self) -> int:
        return int(self.rows.shape[0])


def space_of(titles: Sequence[str], bodies: Sequence[str], writers: Ints | None = None) -> Space:
    """Weigh texts (as `letters` gives them) by 1 + log(count) and by rarity, titles above bodies.

    `writers` (n,) tells who wrote each: a pair counts once a writer when rarity is asked, so that a hundred posts of
    one person change nobody's weights; without it, once a text.
    """
    count = len(bodies)
    heads = [title_or_opening(title, body) for title, body in zip(titles, bodies, strict=True)]
    head = _counted(*pairs(heads), count)
    both = head * np.float32(TITLE) + _counted(*pairs(bodies), count)
    both = sparse.csr_matrix(both)
    used, everyone = _users(both, writers)
    kept = (used >= (2 if everyone >= WRITERS_AT_LEAST else 1)) & (
        used <= max(COMMON_AT_LEAST, COMMON * everyone)
    )
    kept[_said_by_all()] = False
    everyone = max(everyone, WRITERS_AT_LEAST)
    head, both, used = head[:, kept], both[:, kept], used[kept]
    rarity = (np.log((1 + everyone) / (1 + used)) + 1).astype(np.float32)
    has = both.copy()
    has.data[:] = 1
    head.data[:] = 1
    both.data = 1 + np.log(both.data)
    rows = _scaled(both @ sparse.diags(rarity), squared=True)
    return Space(rows, _scaled(head @ sparse.diags(rarity**2), squared=False), has)


@cache
def _said_by_all() -> Ints:
    words = [PHRASES[place : place + 2] for place in range(0, len(PHRASES), 2)]
    return np.unique(pairs(words)[1])


def _counted(text: Ints, bucket: Ints, count: int) -> Rows:
    ones = np.ones(len(text), np.float32)
    rows = sparse.coo_matrix((ones, (text, bucket)), shape=(count, BUCKETS)).tocsr()
    rows.sum_duplicates()
    return rows


def _users(rows: Rows, writers: Ints | None) -> tuple[NDArray[np.float64], int]:
    """Return by how many writers each pair is used (v,), and how many writers there are."""
    if writers is None:
        return np.bincount(rows.indices, minlength=rows.shape[1]).astype(float), rows.shape[0]
    names, writer = np.unique(writers, return_inverse=True)
    by_writer = sparse.csr_matrix(
        (np.ones(len(writer), np.float32), (writer, np.arange(len(writer)))), shape=(len(names), len(writer))
    )
    once = by_writer @ rows
    return np.bincount(once.indices, minlength=rows.shape[1]).astype(float), len(names)


def _scaled(rows: Rows, *, squared: bool) -> Rows:
    sums = rows.multiply(rows) if squared else rows
    length = np.asarray(sums.sum(axis=1)).ravel()
    length = np.sqrt(length) if squared else length
    length[length == 0] = 1
    return sparse.csr_matrix(sparse.diags((1 / length).astype(np.float32)) @ rows)
