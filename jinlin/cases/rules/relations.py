"""How somebody stands to one case: the only source of "who may" for every move.

Pure: takes the posts of an actor and the facts of a case, returns the relations that hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from jinlin.cases.rules.words import CHECKING_STATES, CLOSED, GRID_LEVEL, HANDLING_STATES

REPORTER: Final = "reporter"  # said it, or joined it
GRID: Final = "grid"  # works the grid the case lies in, while the case is held at the grid
HOLDER: Final = "holder"  # works in the unit that holds the case now
DESK: Final = "desk"  # a desk of the block that holds the case, or of the village while its grid holds it
SENDER: Final = "sender"  # a desk of the unit that dispatched it, or any desk of the block above the holder
ASSIST: Final = "assist"  # works in a unit asked to assist
CHECKER: Final = "checker"  # of the block or the grid, and had no hand in the handling
ARBITER: Final = "arbiter"  # a desk at the dispatching level or above, not of the unit that objects
APPROVER: Final = "approver"  # as arbiter, and not the one who asked
OVERSEER: Final = "overseer"  # any desk whose block the case lies in
SYSTEM: Final = "system"

_DESKS: Final = frozenset({"village_clerk", "town_clerk", "county_clerk", "city_clerk"})
_GRIDS: Final = frozenset({"grid_worker", "grid_leader"})


class Stance(Protocol):
    """A post as far as relations need it."""

    @property
    def role(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def unit(self) -> UUID | None: ...
    @property
    def place(self) -> str: ...


@dataclass(frozen=True)
class Held:
    """The facts of a case that decide relations; codes are 12 digits (grid: 15)."""

    county: str
    town: str
    village: str
    grid: str
    level: int
    holder_unit: UUID | None
    sender_unit: UUID | None = None
    sender_level: int = 0
    assists: frozenset[UUID] = frozenset()
    handler_account: UUID | None = None
    handler_unit: UUID | None = None
    asked_by: UUID | None = None
    parts_by: frozenset[UUID] = frozenset()  # accounts and units that did the parts of a divided case


def covers(level: int, place: str, held: Held) -> bool:
    """Tell whether a region (by level and code) contains the case."""
    if level == GRID_LEVEL:
        return bool(held.grid) and held.grid == place
    if level == 5:
        return held.village == place
    if level == 4:
        return held.town == place
    if level == 3:
        return held.county == place
    width = 4 if level == 2 else 2
    return held.county[:width] == place[:width]


def relations(
    *, kind: str, account: UUID | None, is_reporter: bool, posts: Iterable[Stance], held: Held
) -> frozenset[str]:
    """Return every relation in which an actor stands to a case; empty means a stranger.

    Checking and ruling are for the whole person: who works in the unit by any post, own or stood in for, does neither.
    """
    if kind == "system":
        return frozenset({SYSTEM})
    found: set[str] = {REPORTER} if is_reporter else set()
    own = tuple(posts)
    for post in own:
        found |= _of_post(post, held)
    units = frozenset(post.unit for post in own if post.unit)
    if not _is_apart(units, account, held):
        found.discard(CHECKER)
    if held.holder_unit in units:
        found.discard(ARBITER)
    if ARBITER in found and (held.asked_by is None or held.asked_by != account):
        found.add(APPROVER)
    return frozenset(found)


def _of_post(post: Stance, held: Held) -> set[str]:
    found: set[str] = set()
    at_grid = held.level == GRID_LEVEL
    inside = covers(GRID_LEVEL if post.role in _GRIDS else post.level, post.place, held)
    own_unit = post.unit is not None and post.unit == held.holder_unit
    if post.role in _GRIDS and inside and at_grid:
        found |= {GRID, HOLDER}
    if post.role in _DESKS and inside:
        found |= _of_desk(post, own_unit, at_grid, held)
    if post.role == "department" and own_unit:
        found.add(HOLDER)
    if post.role in _DESKS | {"department"} and post.unit in held.assists:
        found.add(ASSIST)
    if post.role in _DESKS | _GRIDS and inside:
        found.add(CHECKER)
    return found


def _of_desk(post: Stance, own_unit: bool, at_grid: bool, held: Held) -> set[str]:
    found = {OVERSEER}
    if own_unit and not at_grid:
        found |= {HOLDER, DESK}
    if at_grid and post.level == 5:
        found.add(DESK)
    is_sender = post.unit is not None and post.unit == held.sender_unit
    above = bool(held.sender_level) and post.level < held.sender_level
    if is_sender or above:
        found.add(SENDER)
    if is_sender or above or (not held.sender_unit and post.level < held.level):
        found.add(ARBITER)
    return found


def _is_apart(units: frozenset[UUID], account: UUID | None, held: Held) -> bool:
    """Nobody verifies own work: neither the same person nor the same unit (domain.md 3, separation rule)."""
    return not ({held.handler_account, held.handler_unit, *held.parts_by} - {None}) & {account, *units}


def opens_contact(state: str, relations: frozenset[str], *, visit_due: bool = False) -> bool:
    """Tell whether the reporter may be called: by who handles the case now, or checks it while it is checked.

    A closed case is called about by whoever may check it, once a dynamic follow-up is due.
    """
    handles = state in HANDLING_STATES and bool(relations & {HOLDER, ASSIST})
    asks = state in CHECKING_STATES or (visit_due and state == CLOSED)
    return handles or (asks and CHECKER in relations)
