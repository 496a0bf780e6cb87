"""Everything that is counted, each a column of `Count` or `OpenCount`, with the day it is counted on.

A measure says what happened to matters and orders, by place, line, category and channel; none says who did it.
"""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import words as w

# Stages in the order of the loop; "milestone" is any of a leaf, "close" the promise to the resident.
STAGES: Final[tuple[str, ...]] = (
    "accept", "dispatch", "sign", "contact", "resolve", "rework", "rule", "verify", "follow_up", "review", "milestone",
    "close",
)  # fmt: skip
SHOULD, DONE, LATE = "should", "done", "late"
END_KINDS: Final = tuple(w.END_KINDS)
EXITS: Final = tuple(w.EXITS)
SOLVED: Final = tuple(w.SOLVED)
SATISFIED: Final = tuple(w.SATISFIED)

# Minutes from a report to the first honest answer, in buckets that grow by half: 10 min, 15, 22, ... about half a year.
FIRST_EDGE: Final = 10.0
GROWTH: Final = 1.5
BUCKETS: Final = 26
EDGES: Final[tuple[float, ...]] = tuple(FIRST_EDGE * GROWTH**at for at in range(BUCKETS - 1))


def staged(stage: str, part: str) -> str:
    """Return the column of a part (should, done, late) of a stage."""
    return f"{stage}_{part}"


def bucket(minutes: int) -> str:
    """Return the column of a time to the first honest answer."""
    return f"answer_{next((at for at, edge in enumerate(EDGES) if minutes < edge), BUCKETS - 1)}"


STAGE_MEASURES: Final = tuple(staged(stage, part) for stage in STAGES for part in (SHOULD, DONE, LATE))
ANSWER_BUCKETS: Final = tuple(f"answer_{at}" for at in range(BUCKETS))

FLOWS: Final[tuple[str, ...]] = (
    *STAGE_MEASURES,
    # on the day the matter was reported
    "opened",  # cases of every kind, parts of divided ones too
    "reported",  # matters, without the parts
    "registered", "registered_late", "direct", "repeats", "proactive",
    *(f"exit_{code}" for code in EXITS),
    "joined",  # a neighbour joined instead of reporting once more, on the day of joining
    # on the day it was first taken
    "grid_accepted", "self_handled",
    # on the day of the dispatch, under the line that received it
    "dispatched", "returned", "contact_wanted", "contact_real", "contact_in_time",
    # on the day it was first reported done in a round
    "handled", "reworked",
    # on the day it was closed; what was reopened leaves the first ten and enters `reopened`
    "ended", *(f"end_{kind}" for kind in END_KINDS),
    "reopened", "typed", "touched",
    # on the day it happened
    "escalated", "objected", "extended", "suspended", "ledgered", "exempted", "beyond",
    *(f"solved_{code}" for code in SOLVED), *(f"satisfied_{level}" for level in SATISFIED), "unanswered", "unrated",
    *ANSWER_BUCKETS,
)  # fmt: skip

# What rooms below give instead of the counters, see `queries.given`; nothing is shown while nothing is given.
GIVEN: Final[tuple[str, ...]] = ("people_uncovered", "people_judged", "decisions_due", "decisions_kept")

STATES: Final = tuple(state for state in w.STATES if state != w.CLOSED)
LEDGER_SINCE: Final = "ledger_since"  # sum of the ordinals of the days on which ledgered cases were put there
GAUGES: Final[tuple[str, ...]] = ("n", *(f"in_{state}" for state in STATES), LEDGER_SINCE)
