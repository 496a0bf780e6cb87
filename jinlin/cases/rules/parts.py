"""What comes of a divided case once its parts have ended."""

from __future__ import annotations

from collections.abc import Collection


def claim_of_parts(end_kinds: Collection[str]) -> str:
    """Return what a divided case may claim: solved only when every part was, so that dividing betters no rate.

    A part that was merged elsewhere says nothing; where nothing was done, it was explained.
    """
    kinds = set(end_kinds) - {"duplicate"}
    if kinds == {"solved"}:
        return "solved"
    return "partly" if kinds & {"solved", "partly"} else "explained"
