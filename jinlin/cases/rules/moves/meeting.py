"""Joint meetings 会办 of a case that goes in circles: called by a desk or the ladder, they fix lead and assist."""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.cases.rules.moves.asked import REASON, UNIT, WORDS_FREE, states, who
from jinlin.cases.rules.moves.shape import Move, Need
from jinlin.kernel.errors import gettext_noop as _

# not while it is checked: nobody assigns anew what is reported done
CAN_SETTLE: Final = states(
    w.ACCEPTED, w.REOPENED, w.DISPATCHED, w.OBJECTED, w.SIGNED, w.IN_PROGRESS, w.REWORK
)

MOVES: Final[tuple[Move, ...]] = (
    Move(
        "convene",
        _("召集会办"),
        CAN_SETTLE,
        (),
        who(rel.DESK, rel.SENDER),
        (
            Need("kind", "choice", _("怎么办"), required=True, choices="MEETINGS"),
            Need("invited", "units", _("请哪些单位来"), hint=_("不选就请经手过的所有单位，最多 12 个")),
            REASON,
        ),
        public=_("请有关单位一起商量由谁办、怎么办"),
        announces="MeetingCalled",
        guards=("no_meeting",),
    ),
    Move(
        "settle",
        _("会办定责"),
        CAN_SETTLE,
        (w.DISPATCHED,),
        who(rel.DESK, rel.SENDER),
        (
            Need("held_on", "date", _("哪天开的会"), required=True),
            UNIT,
            Need("assist", "units", _("协办单位")),
            Need("outcome", "words", _("会上怎么定的（内部）"), required=True),
            WORDS_FREE,
        ),
        starts=("sign", "resolve"),
        public=_("有关单位已商定由谁办理"),
        announces="MeetingHeld",
        primary=True,
        guards=("meeting_called",),
    ),
)
