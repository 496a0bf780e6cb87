"""The state machine of a case as one frozen table; everything else reads it.

Buttons, API operations, the permission matrix, the docs page and the tests of every forbidden edge come from here.
Source: domain.md 4.1, 4.5 and closed-loop.md "Moves".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from jinlin.cases.rules import relations as rel
from jinlin.cases.rules.words import (
    ACCEPTED,
    CLOSED,
    DISPATCHED,
    FOLLOW_UP,
    IN_PARTS,
    IN_PROGRESS,
    LEDGERED,
    OBJECTED,
    OPEN_STATES,
    REOPENED,
    REWORK,
    SIGNED,
    SUBMITTED,
    SUSPENDED,
    VERIFYING,
)
from jinlin.kernel.errors import gettext_noop as _

InputKind = Literal[
    "line", "words", "choice", "unit", "units", "photos", "yes_no", "days", "date", "case", "parts", "number"
]


@dataclass(frozen=True)
class Need:
    """One thing a move asks of the person who makes it; `name` is the keyword of the action."""

    name: str
    kind: InputKind
    label: str
    required: bool = False
    choices: str = ""  # name of the table in `words`
    hint: str = ""


@dataclass(frozen=True)
class Move:
    """A verb: from which states, to which states, who, asking what, starting and stopping which clocks."""

    verb: str
    label: str
    sources: frozenset[str]
    targets: tuple[str, ...]  # empty: the state stays
    who: frozenset[str]
    needs: tuple[Need, ...] = ()
    stops: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    public: str = ""  # what the resident reads in the timeline; empty: an internal step
    announces: str = ""
    primary: bool = False
    guards: tuple[str, ...] = field(default=())


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


def _who(*relations: str) -> frozenset[str]:
    return frozenset(relations)


_WORDS = Need("words", "words", _("给居民的话"), required=True, hint=_("用大白话写清办了什么、结果怎样。"))
_WORDS_FREE = Need("words", "words", _("给居民的话（可不填）"))
_REASON = Need("reason", "words", _("理由"), required=True)
_NOTE = Need("note", "words", _("内部说明（居民看不到）"))
_PHOTOS = Need("photos", "photos", _("照片（可不传）"))
_UNIT = Need("to_unit", "unit", _("主办单位"), required=True)
_DAYS = Need("days", "number", _("延长几个工作日"), required=True)

_WORKING: Final = _from(IN_PROGRESS, REWORK)
_AT_DESK: Final = _from(SUBMITTED, ACCEPTED, REOPENED)
_STAGES_OF_WORK: Final = ("resolve", "rework")

MOVES: Final[tuple[Move, ...]] = (
    Move(
        "accept",
        _("接单"),
        _from(SUBMITTED, REOPENED),
        (ACCEPTED,),
        _who(rel.GRID, rel.HOLDER),
        stops=("accept",),
        starts=("dispatch", "resolve"),
        public=_("已接单"),
        announces="CaseAccepted",
        primary=True,
    ),
    Move(
        "solve_on_spot",
        _("当场解决"),
        _from(SUBMITTED, ACCEPTED),
        (CLOSED,),
        _who(rel.GRID),
        (_WORDS_FREE, _PHOTOS),
        stops=("accept", "dispatch", "resolve"),
        public=_("网格员当场解决了"),
        announces="CaseClosed",
        primary=True,
        guards=("at_grid",),
    ),
    Move(
        "solve_here",
        _("本级自办办结"),
        _from(ACCEPTED, REOPENED),
        (FOLLOW_UP,),
        _who(rel.DESK),
        (_WORDS, _PHOTOS),
        stops=("accept", "dispatch", "resolve"),
        starts=("follow_up",),
        public=_("本级直接办好了，请您说说办得怎么样"),
        announces="CaseDone",
    ),
    Move(
        "answer",
        _("直接答复"),
        _AT_DESK,
        (CLOSED,),
        _who(rel.DESK, rel.GRID),
        (_WORDS,),
        stops=("accept", "dispatch", "resolve"),
        public=_("已直接答复"),
        announces="CaseClosed",
    ),
    Move(
        "decline",
        _("不受理"),
        _AT_DESK,
        (CLOSED,),
        _who(rel.DESK),
        (Need("exit_code", "choice", _("不受理的情形"), required=True, choices="EXITS"), _WORDS),
        stops=("accept", "dispatch", "resolve"),
        public=_("没有受理"),
        announces="CaseClosed",
    ),
    Move(
        "escalate",
        _("上报"),
        _AT_DESK,
        (ACCEPTED,),
        _who(rel.GRID, rel.HOLDER),
        (_REASON, _PHOTOS),
        stops=("accept", "dispatch"),
        starts=("dispatch", "resolve"),
        public=_("已报到上一级处理"),
        announces="CaseEscalated",
        primary=True,
        guards=("has_upper", "held_by_block"),
    ),
    Move(
        "dispatch",
        _("派单"),
        _AT_DESK,
        (DISPATCHED,),
        _who(rel.DESK),
        (_UNIT, Need("assist", "units", _("协办单位")), _NOTE),
        stops=("accept", "dispatch"),
        starts=("sign", "resolve"),
        public=_("已派给承办单位"),
        announces="CaseDispatched",
        primary=True,
    ),
    Move(
        "hand_down",
        _("下交"),
        _from(ACCEPTED, REOPENED),
        (DISPATCHED,),
        _who(rel.DESK),
        (_UNIT, _NOTE),
        stops=("accept", "dispatch"),
        starts=("sign", "resolve"),
        public=_("已交给下一级办理"),
        announces="CaseDispatched",
    ),
    Move(
        "recall",
        _("收回派单"),
        _from(DISPATCHED),
        (ACCEPTED,),
        _who(rel.SENDER),
        (_REASON,),
        stops=("sign",),
        starts=("dispatch",),
        public=_("派单已收回，重新安排"),
        announces="CaseRecalled",
    ),
    Move(
        "sign",
        _("签收"),
        _from(DISPATCHED),
        (SIGNED,),
        _who(rel.HOLDER),
        stops=("sign",),
        starts=("contact",),
        public=_("承办单位已签收"),
        announces="CaseSigned",
        primary=True,
    ),
    Move(
        "object",
        _("提出异议"),
        _from(DISPATCHED, SIGNED),
        (OBJECTED,),
        _who(rel.HOLDER),
        (_REASON,),
        stops=("sign", "contact"),
        starts=("rule",),
        public=_("承办单位提出不归他们管，正在裁定"),
        announces="DispatchObjected",
        guards=("may_object",),
    ),
    Move(
        "rule",
        _("裁定异议"),
        _from(OBJECTED),
        (DISPATCHED, ACCEPTED),
        _who(rel.ARBITER),
        (
            Need("upheld", "yes_no", _("异议成立吗"), required=True),
            _REASON,
            Need("to_unit", "unit", _("改派给（异议成立时）")),
        ),
        stops=("rule",),
        starts=("sign",),
        public=_("已裁定由谁办理"),
        announces="ObjectionRuled",
        primary=True,
    ),
    Move(
        "contact",
        _("已联系居民"),
        _from(SIGNED, IN_PROGRESS, REWORK),
        (IN_PROGRESS,),
        _who(rel.HOLDER),
        (Need("words", "words", _("沟通了什么（居民能看到）")), _NOTE),
        stops=("contact",),
        public=_("承办单位已和您联系"),
        announces="ReporterContacted",
        primary=True,
    ),
    Move(
        "start",
        _("开始办理（无需联系）"),
        _from(SIGNED),
        (IN_PROGRESS,),
        _who(rel.HOLDER),
        stops=("contact",),
        public=_("开始办理"),
        announces="WorkStarted",
        primary=True,
        guards=("nobody_to_call",),
    ),
    Move(
        "assist_done",
        _("协办完成"),
        OPEN_STATES,
        (),
        _who(rel.ASSIST),
        (_NOTE,),
        announces="AssistDone",
    ),
    Move(
        "report_done",
        _("报告办结"),
        _WORKING,
        (VERIFYING,),
        _who(rel.HOLDER),
        (
            _WORDS,
            Need("claim", "choice", _("结果"), required=True, choices="DONE_KINDS"),
            _PHOTOS,
            _NOTE,
        ),
        stops=_STAGES_OF_WORK,
        starts=("verify",),
        public=_("承办单位说办好了"),
        announces="CaseDone",
        primary=True,
        guards=("evidence",),
    ),
    Move(
        "verify",
        _("核查"),
        _from(VERIFYING),
        (FOLLOW_UP, REWORK, CLOSED),
        _who(rel.CHECKER),
        (
            Need("passed", "yes_no", _("办好了吗"), required=True),
            Need("on_spot", "yes_no", _("到现场看了吗")),
            Need("words", "words", _("看到的情况（没办好时必填）")),
            _PHOTOS,
        ),
        stops=("verify",),
        starts=("follow_up",),
        public=_("已由其他人核查"),
        announces="CaseVerified",
        primary=True,
    ),
    Move(
        "follow_up",
        _("回访"),
        _from(FOLLOW_UP),
        (CLOSED, REWORK),
        _who(rel.REPORTER, rel.CHECKER),
        (
            Need("solved", "choice", _("解决了吗"), required=True, choices="SOLVED"),
            Need("satisfied", "choice", _("对办理过程满意吗（可不选）"), choices="SATISFIED"),
            Need("words", "words", _("还想说的话")),
        ),
        stops=("follow_up",),
        public=_("已回访"),
        announces="FollowedUp",
        primary=True,
    ),
    Move(
        "close_unanswered",
        _("联系不上，结束回访"),
        _from(FOLLOW_UP),
        (CLOSED,),
        _who(rel.CHECKER),
        (Need("note", "words", _("怎么联系的（内部说明）"), required=True),),
        stops=("follow_up",),
        public=_("没有联系上您，先结案；没办好可以随时重新打开"),
        announces="CaseClosed",
    ),
    Move(
        "ask",
        _("申请延期、中止、挂账或免查"),
        _from(ACCEPTED, SIGNED, IN_PROGRESS, REWORK, VERIFYING),
        (),
        _who(rel.HOLDER),
        (
            Need("kind", "choice", _("申请什么"), required=True, choices="APPROVALS"),
            _REASON,
            Need("days", "number", _("几个工作日（延期必填）")),
            Need("until", "date", _("到哪一天（中止、挂账必填）")),
        ),
        announces="ApprovalAsked",
        guards=("nothing_pending",),
    ),
    Move(
        "decide",
        _("审批申请"),
        OPEN_STATES,
        (SUSPENDED, LEDGERED, FOLLOW_UP),
        _who(rel.APPROVER),
        (Need("granted", "yes_no", _("同意吗"), required=True), _REASON),
        public=_("办理期限或方式有变化"),
        announces="ApprovalDecided",
        primary=True,
        guards=("something_pending",),
    ),
    Move(
        "resume",
        _("恢复办理"),
        _from(SUSPENDED, LEDGERED),
        (IN_PROGRESS,),
        _who(rel.HOLDER, rel.SENDER),
        (_WORDS_FREE,),
        stops=("review",),
        public=_("已恢复办理"),
        announces="CaseResumed",
    ),
    Move(
        "merge",
        _("并入另一件"),
        _AT_DESK,
        (CLOSED,),
        _who(rel.DESK),
        (Need("into", "case", _("并入哪一件（查询码）"), required=True), _WORDS_FREE),
        stops=("accept", "dispatch", "resolve"),
        public=_("和另一件是同一件事，已合并办理"),
        announces="CaseMerged",
    ),
    Move(
        "split",
        _("拆成几件分办"),
        _from(ACCEPTED, REOPENED),
        (IN_PARTS,),
        _who(rel.DESK),
        (Need("parts", "parts", _("各单位与任务"), required=True), _NOTE),
        stops=("accept", "dispatch"),
        starts=("resolve",),
        public=_("分给几个单位同时办理"),
        announces="CaseSplit",
    ),
    Move(
        "reopen",
        _("没办好，重新打开"),
        _from(CLOSED),
        (REOPENED,),
        _who(rel.REPORTER, rel.OVERSEER),
        (Need("reason", "words", _("哪里没办好")), _PHOTOS),
        starts=("accept",),
        public=_("居民反映没办好，已重新打开"),
        announces="CaseReopened",
        guards=("may_reopen",),
    ),
    Move(
        "withdraw",
        _("撤回"),
        OPEN_STATES - {IN_PARTS},
        (CLOSED,),
        _who(rel.REPORTER),
        (Need("reason", "words", _("撤回原因（可不填）")),),
        stops=(
            "accept",
            "dispatch",
            "sign",
            "contact",
            "resolve",
            "rework",
            "rule",
            "verify",
            "follow_up",
            "review",
        ),
        public=_("已由本人撤回"),
        announces="CaseClosed",
    ),
    Move(
        "categorise",
        _("定类别"),
        _AT_DESK,
        (),
        _who(rel.DESK, rel.GRID),
        (
            Need("category", "choice", _("类别"), required=True, choices="categories"),
            Need("risk", "choice", _("风险等级"), choices="RISKS"),
        ),
        announces="CaseCategorised",
    ),
    Move(
        "note",
        _("记一笔"),
        OPEN_STATES,
        (),
        _who(rel.HOLDER, rel.DESK, rel.SENDER, rel.ASSIST),
        (Need("words", "words", _("告诉居民的进展")), _NOTE),
        announces="CaseNoted",
    ),
)
BY_VERB: Final[dict[str, Move]] = {move.verb: move for move in MOVES}


@dataclass(frozen=True)
class Condition:
    """What the guards look at, beyond state and relation."""

    level: int = 6
    held_by_block: bool = True
    ruled: bool = False
    objection_open: bool = True
    callable: bool = True
    pending: str = ""
    needs_photo: bool = False
    end_kind: str = ""
    is_part: bool = False


_GUARDS: Final[dict[str, tuple[str, str]]] = {
    "at_grid": ("not_at_grid", _("这件事已经不在网格，请用其他办法处理。")),
    "has_upper": ("no_upper", _("已经是最高一级，不能再上报。")),
    "held_by_block": ("not_block", _("部门不能上报，请提出异议或申请延期。")),
    "may_object": ("ruled", _("已经裁定过或已过异议期限，不能再提异议，请办理。")),
    "nobody_to_call": ("must_contact", _("居民留了联系方式，请先联系再办理。")),
    "nothing_pending": ("pending", _("上一个申请还没有批，请等审批后再提。")),
    "something_pending": ("nothing_pending", _("没有等待审批的申请。")),
    "may_reopen": ("cant_reopen", _("合并到另一件的事，请到那一件里反映。")),
    "evidence": ("", ""),  # asked by the action, which knows the photos
}


def guard_problem(move: Move, now: Condition) -> tuple[str, str] | None:
    """Return (code, sentence) of the first guard that forbids the move now, or None."""
    holds = {
        "at_grid": now.level == 6,
        "has_upper": now.level > 2,
        "held_by_block": now.held_by_block,
        "may_object": not now.ruled and now.objection_open,
        "nobody_to_call": not now.callable,
        "nothing_pending": not now.pending,
        "something_pending": bool(now.pending),
        "may_reopen": now.end_kind != "duplicate" and not now.is_part,
        "evidence": True,
    }
    for guard in move.guards:
        if not holds[guard]:
            return _GUARDS[guard]
    return None


def allowed_moves(*, state: str, relations: Iterable[str], now: Condition) -> tuple[Move, ...]:
    """Return the moves somebody in these relations may make in this state, main ones first."""
    held = frozenset(relations)
    found = [
        move
        for move in MOVES
        if state in move.sources and held & move.who and guard_problem(move, now) is None
    ]
    return tuple(sorted(found, key=lambda move: not move.primary))


def stays_open(target: str) -> bool:
    """Tell whether a case in this state still counts as open."""
    return target != CLOSED
