"""Categories before there are labels: by the words of the category tree (names, leaf words, everyday words).

The words are data that an office edits with its tree; a word that several categories share counts less.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jinlin.insight.suggest.grams import HEAD, plain
from jinlin.insight.suggest.model import Suggestion

PART: Final = 0.25  # of a whole word: two characters of it that stand together
TWICE: Final = 0.5  # what a word said again adds
FULL: Final = 3.0  # a lead that lets the words be as sure as they can be
SUREST: Final = 0.5  # of words nobody has measured: never enough to fill a field
_BETWEEN = re.compile(r"[\s/、，,;；（）()·]+")  # data


@dataclass(frozen=True, eq=False)
class Lexicon:
    """For each word and each pair of characters: the categories that have it, and its weight."""

    labels: tuple[str, ...]
    words: Mapping[str, tuple[tuple[int, ...], float]]
    pairs: Mapping[str, tuple[tuple[int, ...], float]]

    def scores(self, text: str) -> list[float]:
        """Return a score per label, 0 where no word of it is said."""
        said, found = plain(text), [0.0] * len(self.labels)
        for word, (labels, weight) in self.words.items():
            times = said.count(word)
            if times:
                again = min(times - 1, 2) * TWICE + (word in said[:HEAD])
                for label in labels:
                    found[label] += weight * (1 + again)
        for at in range(len(said) - 1):
            labels, weight = self.pairs.get(said[at : at + 2], ((), 0.0))
            for label in labels:
                found[label] += weight
        return found

    def classify(self, texts: Sequence[str]) -> list[Suggestion]:
        """Return the suggestion for each text; first and second are "" where no word says anything."""
        return [self._suggestion(self.scores(text)) for text in texts]

    def _suggestion(self, scores: list[float]) -> Suggestion:
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
        best = [at for at in order[:2] if scores[at] > 0]
        if not best:
            return Suggestion("", 0.0, "")
        lead = scores[best[0]] - (scores[best[1]] if len(best) > 1 else 0.0)
        second = self.labels[best[1]] if len(best) > 1 else ""
        return Suggestion(self.labels[best[0]], SUREST * min(1.0, lead / FULL), second)


def lexicon(words: Mapping[str, Sequence[str]]) -> Lexicon:
    """Return the lexicon of label -> names and words; each may hold several, parted by a slash, a comma or a space."""
    labels = tuple(words)
    whole: dict[str, set[int]] = {}
    for at, label in enumerate(labels):
        for each in words[label]:
            for word in filter(None, map(plain, _BETWEEN.split(each))):
                whole.setdefault(word, set()).add(at)
    pairs: dict[str, set[int]] = {}
    for word, owners in whole.items():
        for at in range(len(word) - 1):
            if len(word) > 2:
                pairs.setdefault(word[at : at + 2], set()).update(owners)
    count = len(labels)
    return Lexicon(
        labels,
        {
            word: _weighed(owners, count, min(len(word), 4) / 2)
            for word, owners in whole.items()
            if len(word) > 1
        },
        {pair: _weighed(owners, count, PART) for pair, owners in pairs.items() if pair not in whole},
    )


def _weighed(owners: set[int], count: int, weight: float) -> tuple[tuple[int, ...], float]:
    rare = math.log((1 + count) / len(owners)) / math.log(1 + count)
    return tuple(sorted(owners)), weight * rare


def right_share(found: Sequence[Suggestion], labels: Sequence[str]) -> float:
    """Return the share of suggestions whose first is the label; 0 for none."""
    return sum(each.first == label for each, label in zip(found, labels, strict=True)) / max(1, len(labels))
