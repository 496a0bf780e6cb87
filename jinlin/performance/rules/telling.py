"""A timeline counted from its beginning: the fold, and what a line takes back of what was counted before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jinlin.cases.rules.standing import NOWHERE, Happening, Standing, standing
from jinlin.performance.rules.counting import SAID, Changes, Place, count_into, place_of


def needs_past(before: Standing, after: Standing, what: Happening) -> bool:
    """Tell whether a line changes how earlier lines of the same case are counted."""
    moves = bool(before.state) and place_of(before) != place_of(after)
    return moves or reopens(before, after) or (what.verb == "decide" and what.reason == "beyond_yes")


def reopens(before: Standing, after: Standing) -> bool:
    """Tell whether a closed case is open again."""
    return bool(before.state) and not before.is_open and after.is_open


def _unclosed(flows: Changes) -> None:
    """Take back what closings counted: nothing was closed; only a promise that was broken stays, broken."""
    for line, day, measure in list(flows):
        if measure == "close_done":
            done, late = flows.pop((line, day, measure)), flows.pop((line, day, "close_late"), 0)
            flows.add(line, day, "close_should", late - done)


@dataclass
class Told:
    """Everything counted of one case so far: the fold over its timeline."""

    stands: Standing = NOWHERE
    flows: Changes = field(default_factory=Changes)

    def take(self, what: Happening) -> Standing:
        """Count one line more; returns how the case stands after it."""
        before = self.stands
        after = self.stands = standing(before, what.changes)
        if what.verb == "decide" and what.reason == "beyond_yes":
            for key in [key for key in self.flows if key[2] in SAID]:
                del self.flows[key]  # domain.md 4.5 (4): out of the denominators of solution and satisfaction
        if reopens(before, after):
            _unclosed(self.flows)
        count_into(self.flows, before, after, what)
        return after


def replayed(lines: Iterable[Happening]) -> Told:
    """Return what is counted of a case after these lines of its timeline, from the first on."""
    told = Told()
    for what in lines:
        told.take(what)
    return told


def moved(past: Sequence[Happening], what: Happening) -> tuple[Place, Changes, Place, Changes]:
    """Return what was counted before a line and where, and what is counted after it and where."""
    told = replayed(past)
    where, was = place_of(told.stands), Changes(told.flows)
    told.take(what)
    return where, was, place_of(told.stands), told.flows
