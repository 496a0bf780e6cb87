"""Quiet moves about time: a milestone was reached, a new day is given for a promise that was broken."""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.cases.rules.moves.asked import states, who
from jinlin.cases.rules.moves.shape import Move, Need
from jinlin.kernel.errors import gettext_noop as _

HAVING_IT: Final = states(w.ACCEPTED, w.SIGNED, w.IN_PROGRESS, w.IN_PARTS)

MOVES: Final[tuple[Move, ...]] = (
    Move(
        "milestone",
        _("阶段完成"),
        HAVING_IT | states(w.SUSPENDED, w.LEDGERED),
        (),
        who(rel.HOLDER),
        (
            Need(
                "step",
                "choice",
                _("哪个阶段"),
                choices="milestones",
                hint=_("不选就是最先到期的那个。"),
            ),
        ),
        public=_("完成了一个阶段"),
        announces="MilestoneReached",
        guards=("step_open",),
    ),
    Move(
        "new_date",
        _("告诉居民新的时间"),
        HAVING_IT | states(w.REWORK),
        (),
        who(rel.HOLDER),
        (
            Need("until", "date", _("最迟哪一天办好"), required=True),
            Need(
                "words",
                "words",
                _("给居民的话"),
                required=True,
                hint=_("说清为什么没按时办好、现在到哪一步。仍按超时统计。"),
            ),
        ),
        public=_("超过了承诺的时间，承办单位给了新的时间"),
        announces="NewDateGiven",
        guards=("promise_broken",),
    ),
)
