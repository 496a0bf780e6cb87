"""What a model is worth: figures of texts kept out of its training, kept on its card for everyone who may use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

SUREST: Final = 0.8  # share of the texts, surest first, whose first category must be right


@dataclass(frozen=True, eq=False)
class KeptOut:
    """Scores (k, kinds) and labels (k,) of texts that a model learned from `learned_from` texts had not seen; `earlier`
    the same of a model learned from fewer: (how many, scores, labels)."""

    scores: Numbers
    label: Labels
    learned_from: int
    earlier: tuple[int, Numbers, Labels] | None = None


@dataclass(frozen=True)
class Worth:
    """Shares in 0..1: F1 averaged over the categories, right at all, right among the surest 80 %, right in the best two."""

    macro_f1: float
    right: float
    surest: float
    best_two: float


def worth(scores: Numbers, label: Labels) -> Worth:
    """Return the figures of scores (k, kinds) against labels (k,); sureness is the lead of the first over the second."""
    order = np.argsort(-scores, axis=1, kind="stable")
    first, second = order[:, 0], order[:, 1]
    rows = np.arange(len(label))
    lead = scores[rows, first] - scores[rows, second]
    surest = np.argsort(-lead, kind="stable")[: max(1, int(SUREST * len(label)))]
    right = first == label
    f1 = [each["f1"] for each in per_kind(confusion(first, label, scores.shape[1])) if each["texts"]]
    return Worth(
        float(np.mean(f1)),
        float(right.mean()),
        float(right[surest].mean()),
        float((right | (second == label)).mean()),
    )


def confusion(first: Labels, label: Labels, kinds: int) -> Labels:
    """Return how often a text of a category (row) was taken for another (column)."""
    found = np.zeros((kinds, kinds), np.int64)
    np.add.at(found, (label, first), 1)
    return found


def per_kind(table: Labels) -> list[dict[str, Any]]:
    """Return texts, precision, recall and F1 of each category of a confusion table."""
    hit, of_label, of_answer = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    found = []
    for kind in range(len(table)):
        both = int(of_label[kind] + of_answer[kind])
        found.append(
            {
                "texts": int(of_label[kind]),
                "precision": round(float(hit[kind] / max(1, of_answer[kind])), 4),
                "recall": round(float(hit[kind] / max(1, of_label[kind])), 4),
                "f1": round(float(2 * hit[kind] / max(1, both)), 4),
            }
        )
    return found


def card_of(names: Sequence[str], label: Labels, kept: KeptOut, day: str) -> dict[str, Any]:
    """Return the card as plain data: when, from how much, how good on what was kept out, what is mixed up with what."""
    figures = worth(kept.scores, kept.label)
    table = confusion(kept.scores.argmax(axis=1), kept.label, len(names))
    kinds = per_kind(table)
    counts = np.bincount(label, minlength=len(names))
    curve = [[kept.learned_from, round(figures.macro_f1, 4)]]
    if kept.earlier is not None:
        size, scores, labels = kept.earlier
        curve.insert(0, [size, round(worth(scores, labels).macro_f1, 4)])
    return {
        "day": day,
        "texts": len(label),
        "kept_out": len(kept.label),
        "learned_from": kept.learned_from,
        "macro_f1": round(figures.macro_f1, 4),
        "right": round(figures.right, 4),
        "surest_80": round(figures.surest, 4),
        "best_two": round(figures.best_two, 4),
        "labels": [
            {"label": name, "learned": int(count), **kind}
            for name, count, kind in zip(names, counts, kinds, strict=True)
        ],
        "confusion": table.tolist(),
        "learning": curve,
    }
