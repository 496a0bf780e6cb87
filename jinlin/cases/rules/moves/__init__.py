"""The state machine of a case as one frozen table; everything else reads it.

Buttons, API operations, the permission matrix, the docs page and the tests of every forbidden edge come from here.
Source: domain.md 4.1, 4.5 and closed-loop.md "Moves".
"""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import words
from jinlin.cases.rules.moves import handling, meeting, sending, timing
from jinlin.cases.rules.moves.guards import Condition, allowed_among, guard_problem
from jinlin.cases.rules.moves.shape import InputKind, Move, Need

MOVES: Final[tuple[Move, ...]] = (*sending.MOVES, *handling.MOVES, *meeting.MOVES, *timing.MOVES)
BY_VERB: Final[dict[str, Move]] = {move.verb: move for move in MOVES}


def allowed_moves(*, state: str, relations: frozenset[str], now: Condition) -> tuple[Move, ...]:
    """Return the moves somebody in these relations may make in this state, main ones first."""
    return allowed_among(MOVES, state=state, relations=relations, now=now)


def requests_in(state: str) -> tuple[str, ...]:
    """Return what may be asked of a second person in a state: an exemption while it is checked, the rest before."""
    if state not in BY_VERB["ask"].sources:
        return ()
    checking = state == words.VERIFYING
    return tuple(kind for kind in words.APPROVALS if (kind == "exemption") == checking)


__all__ = [
    "BY_VERB",
    "MOVES",
    "Condition",
    "InputKind",
    "Move",
    "Need",
    "allowed_moves",
    "guard_problem",
    "requests_in",
]
