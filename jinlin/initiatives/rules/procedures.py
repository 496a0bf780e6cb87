"""Order of a deliberation: notice, decision, result notice, objections; and 四议两公开 as six guarded steps.

Days are whole calendar days of the wall: a notice put up on the 1st has run five days on the 6th. The last day of a
notice is fixed when it is put up and never moves nearer, whatever is set later and whichever way a clock is turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

NOTICE_LEAST: Final = 5  # days a topic is told before it is discussed (domain.md 6.4)
OBJECTIONS_LEAST: Final = 7  # days for objections to a result
PLAIN: Final = "plain"
FOUR_TWO: Final = "four_two"
PROCEDURES: Final[dict[str, str]] = {PLAIN: _("一般议事"), FOUR_TWO: _("四议两公开")}

# code -> (name, whether it is a decision of a body, the rule it must pass under)
STEPS: Final[dict[str, tuple[str, bool, str]]] = {
    "branch_proposes": (_("党支部会提议"), True, ""),
    "committees_discuss": (_("“两委”会商议"), True, ""),
    "members_review": (_("党员大会审议"), True, ""),
    "villagers_decide": (_("村民会议或村民代表会议决议"), True, "villagers_meeting"),
    "resolution_public": (_("决议公开"), False, ""),
    "result_public": (_("实施结果公开"), False, ""),
}
ORDER: Final = tuple(STEPS)
DECISIONS: Final = tuple(code for code, (_name, decides, _rule) in STEPS.items() if decides)


def last_day(put_up: date, days: int, least: int) -> date:
    """Return the last day of a notice put up on a day; fewer days than the least are not possible."""
    return put_up + timedelta(days=max(days, least))


def is_over(until: date | None, today: date) -> bool:
    """Tell whether a notice has run its days; one that was never put up has not."""
    return until is not None and today >= until


def later(one: date | None, other: date) -> date:
    """Return the later last day: putting a notice up again never brings its end nearer."""
    return other if one is None else max(one, other)


def next_step(done: Sequence[str]) -> str:
    """Return the step that comes next, "" when all six are done."""
    return ORDER[len(done)] if len(done) < len(ORDER) else ""


def require_step(done: Sequence[str], step: str) -> None:
    """Refuse a step out of order; RuleBroken."""
    if step != next_step(done):
        raise RuleBroken("step_order", _("“四议两公开”要按顺序一步一步走，请先完成前面的步骤。"))


def steps_left(procedure: str, done: Iterable[str]) -> int:
    """Return how many steps of a procedure are still to be taken; a plain one has none beside its stages."""
    if procedure != FOUR_TWO:
        return 0
    taken = tuple(done)
    in_order = 0
    while in_order < len(taken) and in_order < len(ORDER) and taken[in_order] == ORDER[in_order]:
        in_order += 1
    return len(ORDER) - in_order
