"""Parts of a total that may be told beside it: nothing below the floor, and nothing that subtraction would give away."""

from __future__ import annotations

from collections.abc import Sequence

from jinlin.insight.rules.words import FLOOR


def told_parts(counts: Sequence[int], rest: int = 0) -> tuple[int | None, ...]:
    """Return counts as told beside their total, None for what is not; `rest` is what else the total holds.

    Where all that is left out adds up to fewer than 5, the smallest of the others goes too, until it doesn't: a total
    of 16 with 12 told of one place says the 4 of the other. A true nought stays.
    """
    told: list[int | None] = [count if count == 0 or count >= FLOOR else None for count in counts]
    hidden = rest + sum(count for count in counts if 0 < count < FLOOR)
    for at in sorted(range(len(counts)), key=lambda at: counts[at]):
        if not 0 < hidden < FLOOR:
            break
        if told[at]:
            told[at] = None
            hidden += counts[at]
    return tuple(told)
