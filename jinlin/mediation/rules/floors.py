"""What of sealed files may be counted outside: nothing below ten, no rest below ten, and tens instead of units.

A table is published as a partition: every shown part is at least `FLOOR`, and what is not shown is together nothing
or at least `FLOOR` as well, so no subtraction from the total leaves a small cell. Values are cut to whole tens, so
that a figure read before and after one more matter doesn't tell that matter. Kinds and areas are never crossed.
Source: design/trust.md 7 (floors), participation.md 8; secondary suppression as in official statistics [K].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FLOOR: Final = 10
STEP: Final = 10


def cut(number: int) -> int | None:
    """Return a count as it may be told: whole tens, None below the floor."""
    return number // STEP * STEP if number >= FLOOR else None


def shown_parts(parts: Mapping[str, int], total: int) -> frozenset[str]:
    """Return which parts of a total may be told, the largest first; the rest together is 0 or at least the floor.

    `parts` may leave some of the total out (matters without a village): that belongs to the rest.
    """
    kept = sorted((n, name) for name, n in parts.items() if n >= FLOOR)
    rest = total - sum(n for n, _name in kept)
    while kept and 0 < rest < FLOOR:
        n, _name = kept.pop(0)
        rest += n
    return frozenset(name for _n, name in kept)
