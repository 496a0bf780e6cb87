"""What one line of a timeline changes in the counters: the one rule for moves and for counting everything anew.

A change is (line, day, measure, n); place, category and channel are those the case has now. When they change, or when
a case is found to be beyond anybody's power or opened again, what was counted before is moved or taken back: see `telling.Told`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from jinlin.cases.rules import words as w
from jinlin.cases.rules.standing import Happening, Standing, sends
from jinlin.performance.rules.measures import LEDGER_SINCE, STAGES, bucket, staged

PROACTIVE: Final = frozenset(
    {"patrol", "visit", "warning"}
)  # channels of what was found before anybody complained
NEUTRAL: Final = frozenset(
    {"duplicate", "not_ours", "withdrawn"}
)  # ends of what never was an order to anybody
BY_CHECKER: Final = frozenset(
    {"rule", "verify", "follow_up"}
)  # stages somebody else than the holder works on
# stage -> verbs that fulfil it; any other move that stops it only lets it lapse
FULFILS: Final[dict[str, frozenset[str]]] = {
    "accept": frozenset(
        "accept solve_on_spot answer decline escalate dispatch hand_down split merge settle".split()
    ),
    "dispatch": frozenset("dispatch hand_down escalate split solve_here solve_on_spot answer settle".split()),
    "sign": frozenset({"sign", "object"}),
    "contact": frozenset({"contact"}),
    "resolve": frozenset({"report_done", "solve_here", "solve_on_spot", "answer", "parts_done"}),
    "rework": frozenset({"report_done"}),
    "rule": frozenset({"rule"}),
    "verify": frozenset({"verify"}),
    "follow_up": frozenset({"follow_up", "close_unanswered"}),
    "review": frozenset({"resume"}),
    "milestone": frozenset({"milestone", "report_done", "solve_here", "solve_on_spot"}),
}
ASKED: Final = frozenset({"follow_up", "revisit"})
SAID: Final = frozenset(f"solved_{code}" for code in w.SOLVED) | {
    *(f"satisfied_{level}" for level in w.SATISFIED), "unanswered", "unrated",
}  # fmt: skip

Key = tuple[str, str, str]  # line, day, measure


class Place(NamedTuple):
    """Where and under what a case is counted, beside line and day."""

    town: str
    village: str
    grid: str
    category: str
    channel: str


def place_of(stands: Standing) -> Place:
    """Return where a case is counted."""
    return Place(stands.town, stands.village, stands.grid, stands.category, stands.channel)


class Gauge(NamedTuple):
    """In which cell of what is open a case stands."""

    line: str
    due: str
    state: str
    ledgered: str


def gauge_of(stands: Standing) -> Gauge | None:
    """Return the cell of an open case, None for one that is closed or not yet there."""
    if not stands.is_open:
        return None
    return Gauge(stands.line, stands.due, stands.state, stands.ledgered)


@lru_cache(maxsize=4096)
def ordinal(day: str) -> int:
    """Return the number of a day."""
    return date.fromisoformat(day).toordinal()


def gauged(cell: Gauge, n: int) -> list[tuple[str, int]]:
    """Return what one case in a cell counts, n times."""
    found = [("n", n), (f"in_{cell.state}", n)]
    if cell.state == w.LEDGERED and cell.ledgered:
        found.append((LEDGER_SINCE, n * ordinal(cell.ledgered)))
    return found


class Changes(dict[Key, int]):
    """What changes, added up by key."""

    def add(self, line: str, day: str, measure: str, n: int = 1) -> None:
        """Add to one counter."""
        key = (line, day, measure)
        self[key] = self.get(key, 0) + n


def counted(before: Standing, after: Standing, what: Happening) -> Changes:
    """Return what one line of the timeline adds to the flows; days are ISO dates, closed days count as they fell."""
    out = Changes()
    count_into(out, before, after, what)
    return out


def count_into(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    """Add what one line of the timeline counts to what was counted before."""
    if what.changes:
        if not before.state:
            _born(out, after, what)
        elif after.accepted and not before.accepted:
            _registered(out, before, after, what)
        _stages(out, before, after, what)
        _sent(out, before, after, what)
        _worked(out, before, after, what)
        if before.is_open is not after.is_open:
            _turned(out, before, after, what)
        _promised(out, before, after, what)
    special = _SPECIAL.get(what.verb)
    if special is not None:
        special(out, before, after, what)
    if what.minutes is not None:
        out.add(before.line, what.day, bucket(what.minutes))


def _born(out: Changes, after: Standing, what: Happening) -> None:
    out.add(after.line, after.opened, "opened")
    if after.part:
        return
    out.add(after.line, after.opened, "reported")
    if after.channel in PROACTIVE:
        out.add(after.line, after.opened, "proactive")


def _registered(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    if after.part:
        return
    out.add(before.line, after.opened, "registered")
    if any(stage == "accept" and late for stage, late, _day in what.stops):
        out.add(before.line, after.opened, "registered_late")
    if before.line == "@grid":
        out.add(before.line, after.accepted, "grid_accepted")


_COUNTED_AS: Final = {stage: staged(stage, "should") for stage in FULFILS}


def measured_stage(stage: str) -> str:
    """Return the name a stage is counted under: milestones of leaves together."""
    return stage if stage in FULFILS else "milestone"


def _line(stands: Standing, stage: str) -> str:
    return stands.checker if stage in BY_CHECKER else stands.line


def _stages(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    """Move what should be done from due day to due day, and settle what was stopped.

    A clock that runs stands as "should" on its due day; one that stands still stands nowhere. Stopped in time and
    fulfilled it moves to the day it was stopped, so that should(P) holds what was due in P or done early in P. Stopped
    late it stays on its due day. Stopped in time by a move that doesn't fulfil it (the case went elsewhere) it goes.
    """
    was, now = before.clocks, after.clocks
    moves = before.line != after.line or before.checker != after.checker
    if moves or was != now:
        for stage, due in was.items():
            if moves or now.get(stage) != due:
                out.add(_line(before, stage), due, _COUNTED_AS.get(stage, "milestone_should"), -1)
        for stage, due in now.items():
            if moves or was.get(stage) != due:
                out.add(_line(after, stage), due, _COUNTED_AS.get(stage, "milestone_should"))
    for stage, late, day in what.stops:
        if held := was.get(stage):
            _settled(out, before, stage, held if late else day, late, what.verb)


def _settled(out: Changes, before: Standing, stage: str, day: str, late: int, verb: str) -> None:
    name, line = measured_stage(stage), _line(before, stage)
    fulfilled = verb in FULFILS[name]
    if late or fulfilled:
        out.add(line, day, f"{name}_should")
    if fulfilled:
        out.add(line, day, f"{name}_done")
    if fulfilled and late:
        out.add(line, day, f"{name}_late")


def _sent(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    """Count dispatches on their day under the line that received them, and take back what came back."""
    verb, upheld = what.verb, what.verb == "rule" and what.reason == "upheld"
    if before.dispatched:
        if verb == "recall":
            out.add(before.line, before.dispatched, "dispatched", -1)
        if upheld or (verb == "settle" and before.line != after.line):
            out.add(before.line, before.dispatched, "returned")
        if before.wanted and (verb == "recall" or upheld):
            out.add(before.line, before.dispatched, "contact_wanted", -1)
    if sends(verb, what.reason, after.state):
        out.add(after.line, what.day, "dispatched")
        if after.wanted:
            out.add(after.line, what.day, "contact_wanted")


def _worked(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    if after.handled and not before.handled:
        out.add(before.line, after.handled, "handled")
    if after.reworked and not before.reworked:
        out.add(after.line, before.handled or what.day, "reworked")
    if after.spot and not before.spot:
        out.add("@grid", after.accepted, "self_handled")
    if before.spot and not after.spot:
        out.add("@grid", before.accepted, "self_handled", -1)


def _turned(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    """Count a closing, or take it back on its own day when the case is opened again."""
    if after.is_open:
        if before.state:  # reopened
            out.add(before.line, before.closed, "ended", -1)
            out.add(before.line, before.closed, f"end_{before.end}", -1)
            out.add(before.line, before.closed, "reopened")
            _unsaid(out, before)
        return
    line, day = before.line, after.closed
    out.add(line, day, "ended")
    out.add(line, day, f"end_{after.end}")
    if what.typed:
        out.add(line, day, "typed", what.typed)
    if what.touched:
        out.add(line, day, "touched", what.touched)


def _unsaid(out: Changes, before: Standing) -> None:
    """Take back how a case left at the desk: it is at work again, so it was neither answered nor refused."""
    if before.end == "answered":
        out.add(before.line, before.opened, "direct", -1)
    if before.exit:
        out.add(before.line, before.opened, f"exit_{before.exit}", -1)
    if before.exit == "repeat":
        out.add(before.line, before.opened, "repeats", -1)


def _promised(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    """Count the promise to the resident as the stage "close" (domain.md 5.1 "should be closed").

    What ends as somebody else's matter before its day is no order and goes; after its day it stays, not closed, so
    that no late order gets better by being called a duplicate.
    """
    if before.is_open and not after.is_open:
        _closed(out, before, after, what)
    elif before.promise != after.promise or before.line != after.line:
        if before.promise:
            out.add(before.line, before.promise, "close_should", -1)
        if after.promise:
            out.add(after.line, after.promise, "close_should")


def _closed(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    line, counts = before.line, after.end not in NEUTRAL
    if what.late and before.promise:
        if counts:
            out.add(line, before.promise, "close_done")
            out.add(line, before.promise, "close_late")
        return
    if before.promise:
        out.add(line, before.promise, "close_should", -1)
    if counts:
        out.add(line, after.closed, "close_should")
        out.add(line, after.closed, "close_done")


def _answered(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, before.opened, "direct")


def _declined(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, before.opened, f"exit_{what.reason}")
    if what.reason == "repeat":
        out.add(before.line, before.opened, "repeats")


def _merged(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, before.opened, "repeats")


def _joined(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, what.day, "joined")


def _escalated(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, what.day, "escalated")


def _objected(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, what.day, "objected")


def _contacted(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    late = {stage: late for stage, late, _day in what.stops}.get("contact")
    if late is None or not before.wanted:
        return
    out.add(before.line, before.dispatched, "contact_real")
    if not late:
        out.add(before.line, before.dispatched, "contact_in_time")


def _asked(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, what.day, f"solved_{what.reason}")
    out.add(before.line, what.day, f"satisfied_{what.satisfied}" if what.satisfied else "unrated")


def _unanswered(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    out.add(before.line, what.day, "unanswered")


_GRANTED: Final = {
    "extension_yes": "extended",
    "suspension_yes": "suspended",
    "ledger_yes": "ledgered",
    "exemption_yes": "exempted",
    "beyond_yes": "beyond",
}


def _decided(out: Changes, before: Standing, after: Standing, what: Happening) -> None:
    if measure := _GRANTED.get(what.reason):
        out.add(before.line, what.day, measure)


_SPECIAL: Final = {
    "answer": _answered,
    "decline": _declined,
    "merge": _merged,
    "join": _joined,
    "escalate": _escalated,
    "object": _objected,
    "contact": _contacted,
    "follow_up": _asked,
    "revisit": _asked,
    "close_unanswered": _unanswered,
    "decide": _decided,
}


assert set(FULFILS) | {"close"} == set(STAGES)
