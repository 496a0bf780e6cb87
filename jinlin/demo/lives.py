"""How a case may go, from the first word to the last: each life is a generator that says when it goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime
from typing import Final

from jinlin.cases.models import Case
from jinlin.cases.rules import words as w
from jinlin.demo import matters as words
from jinlin.demo.handling import follow_up, handle, split_up
from jinlin.demo.scene import DAY_LONG, Life, Plan, Scene
from jinlin.people.access import Actor

Going = Generator[datetime, None, Case]
BLOCK: Final = frozenset({"VIL", "TWN"})


def live(s: Scene, plan: Plan) -> Life:
    """Report a case and take it where its plan says."""
    case = s.report(plan)
    _neighbours(s, plan, case)
    yield s.later(plan, 0.1, 2.5)
    s.gate(plan, "accept")
    if plan.uncategorised:
        case = s.do(s.cast.holder(case), "categorise", case, category=plan.matter.code)
    case = yield from TURNS.get(plan.turn, WAYS[plan.way])(s, plan, case)
    if plan.turn == "reopen" and not case.is_open:
        yield from _again(s, plan, case)


def _neighbours(s: Scene, plan: Plan, case: Case) -> None:
    """Let neighbours join later: some always where the plan says so, now and then anyway."""
    many = s.rng.randint(2, 5) if plan.turn == "join" else int(s.rng.random() < 0.02)
    many = 0 if case.sensitive else many  # nobody is shown a neighbour's quarrel
    for _i in range(many):
        s.spawn(s.later(plan, 0.5, 6), _join(s, case))


def _join(s: Scene, case: Case) -> Life:
    yield from ()
    s.join(case, s.rng.choice(words.JOINED))


def _on_the_spot(s: Scene, plan: Plan, case: Case) -> Going:
    """The grid solves a small thing itself; where nobody works the grid, the desk does."""
    if case.level != w.GRID_LEVEL:
        return (yield from _at_desk(s, plan, case))
    who = s.cast.holder(case)
    if s.rng.random() < 0.3:
        case = s.do(who, "accept", case)
        yield s.later(plan, 0.2, 3)
    said = plan.matter.done if s.rng.random() < 0.6 else ""
    return s.do(who, "solve_on_spot", case, words=said, photos=s.photos(0.04))


def _answer(s: Scene, plan: Plan, case: Case) -> Going:
    """Answer at once, at the grid or at the desk."""
    yield s.later(plan, 0.05, 0.5)
    return s.do(s.cast.holder(case), "answer", case, words=plan.matter.answered)


def _decline(s: Scene, plan: Plan, case: Case) -> Going:
    """Leave by a triage exit; `turn` carries its code."""
    code = plan.turn.removeprefix("exit:")
    said = next(done for leaf, text, done in words.EXITS[code] if text == plan.text)
    yield s.later(plan, 0.05, 0.5)
    return s.do(_desk(s, case), "decline", case, exit_code=code, words=said)


def _desk(s: Scene, case: Case) -> Actor:
    """Return the desk that may decide: the village's while its grid holds the case."""
    return s.cast.clerk(case.village) if case.level == w.GRID_LEVEL else s.cast.holder(case)


def _climb(s: Scene, plan: Plan, case: Case, level: int) -> Going:
    """Report a case up until a level holds it; the desk that keeps it is where a stalled plan ends."""
    if case.state == w.SUBMITTED and (case.level <= level or s.rng.random() < 0.4):
        case = s.do(s.cast.holder(case), "accept", case)
        yield s.later(plan, 0.1, 1.5)
    while case.level > max(level, 2):
        reason = s.rng.choice(words.UP if case.level == w.GRID_LEVEL else words.UP_DESK)
        if plan.stall == "dispatch" and plan.hold == case.level:
            break
        case = s.do(s.cast.holder(case), "escalate", case, reason=reason)
        yield s.later(plan, 0.3, 3)
    s.gate(plan, "dispatch")
    return case


def _at_desk(s: Scene, plan: Plan, case: Case) -> Going:
    """The village or the town does it itself, as the duty list says; somebody else asks afterwards."""
    lead = s.proposal(case, plan.matter.code, 3).lead
    case = yield from _climb(s, plan, case, lead.level if lead and lead.line in BLOCK else 5)
    yield s.later(plan, 1, 14)
    case = s.do(s.cast.holder(case), "solve_here", case, words=plan.matter.done, photos=s.photos(0.02))
    return (yield from follow_up(s, plan, case))


def _by_department(s: Scene, plan: Plan, case: Case) -> Going:
    """Up to a desk that dispatches, then through the hands of whoever the catalogue names."""
    level = plan.hold or s.rng.choice((4, 4, 3))
    lead = s.proposal(case, plan.matter.code, min(level, 3)).lead
    if lead is None or lead.line in BLOCK and not plan.stall:
        return (yield from _at_desk(s, plan, case))
    case = yield from _climb(s, plan, case, level)
    lead = s.proposal(case, plan.matter.code, min(case.level, 3)).lead
    if lead is None or lead.is_desk:
        yield s.later(plan, 2, DAY_LONG)
        case = s.do(s.cast.holder(case), "solve_here", case, words=plan.matter.done)
        return (yield from follow_up(s, plan, case))
    if plan.turn == "split":
        return (yield from split_up(s, plan, case, lead))
    return (yield from handle(s, plan, case, lead))


def _withdraw(s: Scene, plan: Plan, case: Case) -> Going:
    """The person takes it back."""
    yield s.later(plan, 0.5, 4)
    return s.do(s.resident(case), "withdraw", case, reason=s.rng.choice(words.WITHDRAWN))


def _merge(s: Scene, plan: Plan, case: Case) -> Going:
    """A neighbour says the same again; the desk joins the second to the first, which goes on its way."""
    twin = Plan(plan.matter, plan.spot, plan.at, channel="web")
    s.spawn(s.later(plan, 0.2, 1.5), _twin(s, twin, case))
    yield s.later(plan, 4, 6)
    case.refresh_from_db()
    return (yield from _by_department(s, plan, case))


def _twin(s: Scene, plan: Plan, into: Case) -> Life:
    twin = s.report(plan)
    yield s.later(plan, 0.1, 0.8)
    s.do(_desk(s, twin), "merge", twin, into=into.pk, words="和前面一件是同一件事，合在一起办。")


def _again(s: Scene, plan: Plan, case: Case) -> Life:
    """The person says it is not fixed; the desk takes it up and has it done for good."""
    yield s.later(plan, 6, 20)
    case = s.do(s.resident(case), "reopen", case, reason=s.rng.choice(words.REOPENED))
    yield s.later(plan, 0.5, 3)
    s.gate(plan, "again")
    case = s.do(s.cast.holder(case), "accept", case)
    yield s.later(plan, 0.5, 3)
    plan.turn = ""
    if plan.way == "department" and case.level < 5:
        yield from _by_department(s, plan, case)
        return
    case = s.do(s.cast.holder(case), "solve_here", case, words=plan.matter.done)
    yield from follow_up(s, plan, case)


WAYS: Final[dict[str, Callable[[Scene, Plan, Case], Going]]] = {
    "spot": _on_the_spot,
    "answer": _answer,
    "desk": _at_desk,
    "department": _by_department,
}
TURNS: Final[dict[str, Callable[[Scene, Plan, Case], Going]]] = {
    "withdraw": _withdraw,
    "merge": _merge,
    **{f"exit:{code}": _decline for code in words.EXITS},
}
