"""From texts to weighted character grams: one and two characters, no word segmentation.

A text cut into words and the same text uncut give the same grams, because white space is taken out first; so a model
trained on either reads both. The first characters (the title, where people say what it is about) count on top.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float32]

HEAD: Final = 30  # characters
HEAD_WEIGHT: Final = 0.6  # of the head's own vector, added to that of the whole
LONGEST: Final = 20_000  # characters of a text that are read
_SHIFT: Final = 21  # bits of a code point


@dataclass(frozen=True, eq=False)
class Grams:
    """The known grams, ascending codes (n,), and what each weighs, float32 (n,)."""

    codes: Codes
    weight: Floats

    def vectors(self, texts: Sequence[str]) -> Any:
        """Return the texts as a sparse matrix (texts, n) of rows of length 1; unknown grams are left out."""
        return self._weighed(_read(texts), len(texts))

    def _weighed(self, read: tuple[Codes, Codes, NDArray[np.bool_]], rows: int) -> Any:
        text, code, is_head = read
        place = np.minimum(np.searchsorted(self.codes, code), max(len(self.codes) - 1, 0))
        known = self.codes[place] == code if len(self.codes) else np.zeros(len(code), bool)
        whole = self._lengths_of_one(text[known], place[known], rows)
        head = known & is_head
        return unit(whole + HEAD_WEIGHT * self._lengths_of_one(text[head], place[head], rows))

    def _lengths_of_one(self, text: Codes, place: Codes, rows: int) -> Any:
        ones = np.ones(len(text), np.float32)
        found = sp.csr_matrix((ones, (text, place)), shape=(rows, len(self.codes)))
        found.sum_duplicates()
        found.data = (1 + np.log(found.data)) * self.weight[found.indices]
        return unit(found)


def learned(texts: Sequence[str], fewest: int) -> tuple[Grams, Any]:
    """Return the grams that at least `fewest` of the texts have, weighed by how few have them, and the vectors."""
    read = _read(texts)
    text, code, _is_head = read
    once = np.unique((code << _SHIFT) | text)  # 42 bits of a gram, 21 of a text
    codes, having = np.unique(once >> _SHIFT, return_counts=True)
    kept = having >= fewest
    weight = np.log((1 + len(texts)) / (1 + having[kept])) + 1
    grams = Grams(codes[kept], weight.astype(np.float32))
    return grams, grams._weighed(read, len(texts))


def pair_counts(texts: Sequence[str]) -> Any:
    """Return how often each pair of characters stands in each text: a sparse matrix (texts, pairs found)."""
    text, code, _is_head = _read(texts)
    is_pair = code >> _SHIFT > 0
    found, column = np.unique(code[is_pair], return_inverse=True)
    ones = np.ones(len(column))
    counts = sp.csr_matrix((ones, (text[is_pair], column.ravel())), shape=(len(texts), max(1, len(found))))
    counts.sum_duplicates()
    return counts


def plain(text: str) -> str:
    """Return a text without white space, in one width and one case, and without what is no character."""
    short = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    return "".join(short.split()).replace("\0", "").encode("utf-8", "ignore").decode()


def unit(rows: Any) -> Any:
    """Return a sparse matrix with every row divided by its length; an empty row stays empty."""
    rows = sp.csr_matrix(rows)
    squares = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    inverse = np.divide(1, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)
    return sp.csr_matrix(sp.diags(inverse.astype(np.float32)) @ rows)


def _read(texts: Sequence[str]) -> tuple[Codes, Codes, NDArray[np.bool_]]:
    """Return, for every gram of every text, the text's number, the gram's code and whether the head has it."""
    short = [plain(each) for each in texts]
    lengths = np.array(
        [len(each) + 1 for each in short], np.int64
    )  # a zero ends each, so that no pair runs over
    points = np.frombuffer("".join(f"{each}\0" for each in short).encode("utf-32-le"), np.uint32).astype(
        np.int64
    )
    text = np.repeat(np.arange(len(short)), lengths)
    offset = np.arange(len(points)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    single = points != 0
    paired = single[:-1] & single[1:]
    pair = ((points[:-1] + 1) << _SHIFT) | points[1:]
    return (
        np.concatenate([text[single], text[:-1][paired]]),
        np.concatenate([points[single], pair[paired]]),
        np.concatenate([offset[single] < HEAD, offset[:-1][paired] < HEAD - 1]),
    )
