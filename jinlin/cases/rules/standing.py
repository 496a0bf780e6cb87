"""How a case stands, as far as anything is counted from it: kept on the case, and in the timeline as what changed.

Every line of the timeline carries the difference to the line before, so whoever reads a timeline from its beginning
knows what was true at each moment, also after clocks were measured anew. Days are local ISO dates, which sort as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from jinlin.cases.rules import words as w

# who has a case when it is no department: the desks of the block and the grid
BLOCK: Final[dict[int, str]] = {6: "@grid", 5: "@village", 4: "@town", 3: "@county", 2: "@city"}
CHECKED: Final = frozenset({w.VERIFYING, w.FOLLOW_UP, w.OBJECTED})  # the holder waits for somebody else
SENDING: Final = frozenset({"dispatch", "hand_down", "part", "settle"})
DONE: Final = frozenset({"report_done", "solve_here", "solve_on_spot", "answer"})
SPOKEN: Final = frozenset({"contact", "answer", "decline", "solve_on_spot"})
NEVER: Final = "2999-12-31"  # the due day of an open case nothing is due on
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Standing(NamedTuple):
    """How a case stands after a line of its timeline; all values are JSON, "" means none.

    A tuple, because counting anew makes one for every line there ever was: a changed copy takes a sixth of the time.
    """

    town: str = ""
    village: str = ""
    grid: str = ""
    category: str = ""  # code of the leaf
    channel: str = ""
    part: bool = False  # of a divided case
    state: str = ""
    unit: str = ""  # id of the organisation that has it
    level: int = 0
    line: str = ""  # department line of that organisation, or a word of BLOCK
    checker: str = ""  # who looks at its work: the desk that sent it
    due: str = ""  # day of the next deadline; "" once closed
    promise: str = ""  # day promised to the resident; "" while clocks are paused and once closed
    clocks: Mapping[str, str] = _NOTHING  # running stage -> its due day
    opened: str = ""
    accepted: str = ""
    dispatched: str = ""  # of the last dispatch
    wanted: bool = False  # it was dispatched and the person may be called
    handled: str = ""  # first reported done in this round
    reworked: bool = False  # in this round
    answered: bool = False  # somebody of staff has spoken to the person
    ledgered: str = ""  # since when on the ledger
    spot: bool = False  # the grid solved it itself
    typed: int = 0  # fields staff filled in by hand in this round
    end: str = ""
    exit: str = ""  # by which of the six triage exits
    closed: str = ""

    @property
    def is_open(self) -> bool:
        """Whether anybody still has to do something."""
        return bool(self.state) and self.state != w.CLOSED


NOWHERE: Final = Standing()
_NAMES: Final = Standing._fields


def changed(before: Standing, after: Standing) -> dict[str, Any]:
    """Return what differs, by name: `standing(before, changed(before, after)) == after`."""
    return {name: now for name, was, now in zip(_NAMES, before, after, strict=True) if was != now}


def standing(before: Standing, changes: Mapping[str, Any]) -> Standing:
    """Return the standing after these changes."""
    return before._replace(**changes) if changes else before


def kept(stands: Standing) -> dict[str, Any]:
    """Return a standing as a case keeps it: only what is not blank."""
    return changed(NOWHERE, stands)


def read(held: Mapping[str, Any]) -> Standing:
    """Return the standing a case kept."""
    return Standing(**held) if held else NOWHERE


class Happening(NamedTuple):
    """What a line of the timeline says beside how the case stands; `changes` is what it changed in that."""

    verb: str
    reason: str
    day: str
    changes: Mapping[str, Any] = _NOTHING
    stops: tuple[tuple[str, int, str], ...] = ()  # (stage, 1 if late, day it was stopped)
    late: int = 0  # closed after the promised moment
    typed: int = 0  # of a closing: fields staff filled in by hand in the round
    touched: int = 0  # of a closing: organisations that had it
    satisfied: int = 0  # what a person answered, 1 to 5; 0 without an answer
    minutes: int | None = None  # of the first honest answer: since it was reported


def happening(verb: str, reason: str, day: str, facts: Mapping[str, Any]) -> Happening:
    """Read a line of the timeline."""
    if not facts:
        return Happening(verb, reason, day)
    return Happening(
        verb,
        reason,
        day,
        facts.get("is", _NOTHING),
        tuple(map(tuple, facts["stops"])) if "stops" in facts else (),
        facts.get("late", 0),
        facts.get("typed", 0),
        facts.get("touched", 0),
        facts.get("satisfied", 0),
        facts.get("minutes"),
    )


def facts_of(what: Happening) -> dict[str, Any]:
    """Return what a line of the timeline keeps of a happening beside its verb, reason and moment."""
    facts: dict[str, Any] = {}
    if what.changes:
        facts["is"] = dict(what.changes)
    if what.stops:
        facts["stops"] = [list(stop) for stop in what.stops]
    for name in ("late", "typed", "touched", "satisfied"):
        if value := getattr(what, name):
            facts[name] = value
    if what.minutes is not None:
        facts["minutes"] = what.minutes
    return facts


def remembered(
    before: Standing, now: Standing, *, verb: str, reason: str, day: str, wanted: bool
) -> Standing:
    """Fill in what a standing remembers of earlier days: when it was dispatched, handled, put on the ledger.

    `now` carries what can be read off the case; `wanted`: the person may be called.
    """
    fresh: dict[str, Any] = {
        name: getattr(before, name) for name in ("dispatched", "wanted", "handled", "reworked", "spot")
    }
    if before.state == w.CLOSED and now.is_open:
        fresh.update(handled="", reworked=False, spot=False)
    if sends(verb, reason, now.state):
        fresh.update(dispatched=day, wanted=wanted)
    elif verb == "recall" or (verb == "rule" and reason == "upheld"):
        fresh.update(dispatched="", wanted=False)
    if verb in DONE and not fresh["handled"]:
        fresh["handled"] = day
    if verb == "solve_on_spot":
        fresh["spot"] = True
    if now.state == w.REWORK and before.state != w.REWORK:
        fresh["reworked"] = True
    if now.state == w.LEDGERED:
        fresh["ledgered"] = before.ledgered or day
    return now._replace(**fresh)


def sends(verb: str, reason: str, state: str) -> bool:
    """Tell whether a move gave the case to a unit: an overruled objection only leaves it where it is."""
    return verb in SENDING or (verb == "rule" and reason == "upheld" and state == w.DISPATCHED)
