"""How well a reply suits its appeal, among all the appeals and replies of one file; no pair is believed to be true.

Cosine of two-character vectors, rare pairs weighted by the square of how rare they are in the file; long texts are
damped by three quarters of the power a cosine damps them, because a short reply shares little with anything. From it
goes half of how near the appeal comes to its ten nearest replies of the file and half of how near the reply comes to
its ten nearest appeals (Conneau et al. 2018, cross-domain similarity local scaling): set phrases are near to all.
Equal texts count once, so repeating a row or swapping replies changes no score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from jinlin.insight.suggest.grams import pair_counts

Numbers = NDArray[np.float64]

NEAREST: Final = 10
RARE: Final = 2.0  # power of the logarithm of rarity
DAMPED: Final = 0.75  # power of the length of a text's vector
SHORTEST: Final = 0.3  # of the median length: a shorter text is damped like this
MOST: Final = 3_000  # distinct texts of either side that others are compared with, evenly drawn
BLOCK: Final = 256


@dataclass(frozen=True, eq=False)
class Relevance:
    """For each row (n,): `score`, 0 where the reply is as near to its appeal as to its nearest others; `better`: share of
    the other appeals of the file that the reply suits better."""

    score: Numbers
    better: Numbers


def relevance(
    appeals: Sequence[str], replies: Sequence[str], show: Callable[[int, int], None] | None = None
) -> Relevance:
    """Return how well each reply (n,) suits the appeal of its row (n,); texts without salutation and white space."""
    appeal_at, ours = _distinct(appeals)
    reply_at, theirs = _distinct(replies)
    rows, columns = _vectors(ours, theirs)
    left, right = rows[_drawn(len(ours))], columns[_drawn(len(theirs))]
    of_appeal = _nearest(rows, right, show)
    of_reply = _nearest(columns, left, None)
    raw = np.asarray(rows[appeal_at].multiply(columns[reply_at]).sum(axis=1)).ravel()
    score = raw - (of_appeal[appeal_at] + of_reply[reply_at]) / 2
    reached = score + of_reply[reply_at] / 2
    better = _better(columns, left, of_appeal[_drawn(len(ours))] / 2, reply_at, reached)
    return Relevance(score, better)


def _distinct(texts: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
    seen: dict[str, int] = {}
    at = [seen.setdefault(text, len(seen)) for text in texts]
    return np.array(at, np.int64), list(seen)


def _drawn(count: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, MOST)).astype(np.int64))


def _vectors(ours: list[str], theirs: list[str]) -> tuple[Any, Any]:
    """Return the vectors of both sides over the pairs of characters that two of the texts have."""
    fewest = 2 if len(ours) + len(theirs) > NEAREST else 1
    counts = pair_counts([*ours, *theirs])
    having = np.bincount(counts.indices, minlength=counts.shape[1])
    weight = np.where(having >= fewest, np.log((1 + counts.shape[0]) / (1 + having)), 0.0) ** RARE
    counts.data = (1 + np.log(counts.data)) * weight[counts.indices]
    return _damped(counts[: len(ours)]), _damped(counts[len(ours) :])


def _damped(rows: Any) -> Any:
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    usual = max(float(np.median(length)), 1e-9)
    by = np.maximum(length, SHORTEST * usual) ** DAMPED * usual ** (1 - DAMPED)
    return sp.csr_matrix(sp.diags(1 / by) @ rows)


def _nearest(rows: Any, others: Any, show: Callable[[int, int], None] | None) -> Numbers:
    """Return the mean likeness of each row to its nearest others; with fewer others than asked for, nought fills up."""
    found, turned = np.zeros(rows.shape[0]), sp.csc_matrix(others.T)
    for at in range(0, rows.shape[0], BLOCK):
        near = (rows[at : at + BLOCK] @ turned).toarray()
        if near.shape[1] > NEAREST:
            near = -np.partition(-near, NEAREST - 1, axis=1)[:, :NEAREST]
        found[at : at + BLOCK] = near.sum(axis=1) / NEAREST
        if show is not None:
            show(min(at + BLOCK, rows.shape[0]), rows.shape[0])
    return found


def _better(
    columns: Any, left: Any, of_left: Numbers, reply_at: NDArray[np.int64], reached: Numbers
) -> Numbers:
    """Return, for each row, the share of the drawn appeals that its reply suits better than the row's own."""
    found, turned = np.zeros(len(reply_at)), sp.csc_matrix(left.T)
    for at in range(0, len(reply_at), BLOCK):
        near = (columns[reply_at[at : at + BLOCK]] @ turned).toarray() - of_left
        found[at : at + BLOCK] = (near > reached[at : at + BLOCK, None] + 1e-9).mean(axis=1)
    return found
