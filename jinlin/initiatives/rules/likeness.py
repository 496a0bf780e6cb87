"""How alike two titles are: shared pairs of letters, so that order and filling words matter little; pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LEAST: Final = 3  # letters; below that everything is alike
NEAR: Final = 0.34
_NOISE: Final = re.compile(r"[\s\W_]+|希望|建议|能不能|可不可以|小区|社区|我们|一个|一下|请")


def pairs(title: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters of a title without its filling words."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", title).casefold())
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset({text})


def alike(one: str, other: str) -> float:
    """Return the share of pairs two titles have in common of the shorter one's, 0 to 1."""
    mine, theirs = pairs(one), pairs(other)
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))
