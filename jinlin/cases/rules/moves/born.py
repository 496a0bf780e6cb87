"""Lines of the timeline nobody chooses as a move: how a case begins, is joined, is divided, comes together again."""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.cases.rules.moves.shape import Move
from jinlin.kernel.errors import gettext_noop as _

REPORT: Final = Move(
    "report",
    _("提交"),
    frozenset(),
    (w.SUBMITTED,),
    frozenset(),
    starts=("accept",),
    public=_("已收到您反映的事"),
    announces="CaseReported",
)
PART: Final = Move(
    "part",
    _("分办"),
    frozenset(),
    (w.DISPATCHED,),
    frozenset(),
    starts=("sign", "resolve"),
    public=_("已派给承办单位"),
    announces="CaseDispatched",
)
WHOLE: Final = Move(
    "parts_done",
    _("分办全部完成"),
    frozenset({w.IN_PARTS}),
    (w.FOLLOW_UP,),
    frozenset(),
    public=_("各单位都办好了，请您说说办得怎么样"),
    announces="CaseDone",
)
JOIN: Final = Move(
    "join",
    _("邻居加入"),
    w.OPEN_STATES,
    (),
    frozenset(),
    public=_("又有人反映了同一件事"),
    announces="AppealJoined",
)
RETIME: Final = Move(
    "retime",
    _("时限重算"),
    w.OPEN_STATES,
    (),
    frozenset({rel.SYSTEM}),
    public=_("最迟答复时间有调整"),
    announces="CaseRetimed",
)
# lines of supervision (`rules.oversight`): offices write to each other about the case, its state stays
SUPERVISED: Final = Move("supervised", _("督办"), w.OPEN_STATES, (), frozenset(), announces="CaseSupervised")
SUPERVISION_ANSWERED: Final = Move(
    "sup_answered", _("答复督办"), w.OPEN_STATES, (), frozenset(), announces="CaseSupervised"
)
SUPERVISION_RETURNED: Final = Move(
    "sup_returned", _("督办退回重答"), w.OPEN_STATES, (), frozenset(), announces="CaseSupervised"
)
SUPERVISION_ENDED: Final = Move(
    "sup_ended", _("督办办结"), w.OPEN_STATES, (), frozenset(), announces="CaseSupervised"
)
OVERSIGHT: Final[tuple[Move, ...]] = (
    SUPERVISED,
    SUPERVISION_ANSWERED,
    SUPERVISION_RETURNED,
    SUPERVISION_ENDED,
)
QUIET: Final = frozenset(
    move.verb for move in (RETIME, *OVERSIGHT)
)  # they leave the version of a case as it is
BORN: Final[dict[str, Move]] = {move.verb: move for move in (REPORT, PART, WHOLE, JOIN, RETIME, *OVERSIGHT)}
