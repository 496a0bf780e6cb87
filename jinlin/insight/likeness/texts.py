"""What is compared of a text: its letters and figures, without marks of punctuation and of what was masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MASK = re.compile(r"<[^<>]{1,12}>|\*{2,}")  # <电话>, <某某>, ***: masks say nothing of the matter
_NOT_A_LETTER = re.compile(r"[^0-9a-z\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")

OPENING = 24  # letters of a text that stand for a title where none was written
REPOST = 20  # letters a body needs before it alone proves a repost; below, the title must agree as well


def letters(text: str) -> str:
    """Return Han characters, latin letters and figures only: full width as half, small letters."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", _MASK.sub(" ", text)).lower())


def title_or_opening(title: str, body: str) -> str:
    """Return the title, or the opening of the text where nobody wrote one; both as `letters` gives them."""
    return title or body[:OPENING]


def repost_groups(titles: Sequence[str], bodies: Sequence[str]) -> NDArray[np.int64]:
    """Number each text so that verbatim reposts share a number: the place of the first of them. Shape (n,)."""
    first: dict[tuple[str, ...], int] = {}
    groups = np.empty(len(bodies), np.int64)
    for place, (title, body) in enumerate(zip(titles, bodies, strict=True)):
        key = (body,) if len(body) >= REPOST else (title, body)
        groups[place] = first.setdefault(key, place)
    return groups
