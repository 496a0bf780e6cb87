"""What forbids a move beyond state and relation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jinlin.cases.rules.moves.shape import Move
from jinlin.kernel.errors import gettext_noop as _


@dataclass(frozen=True)
class Condition:
    """What the guards look at, beyond state and relation."""

    level: int = 6
    held_by_block: bool = True
    ruled: bool = False
    callable: bool = True
    pending: str = ""
    needs_photo: bool = False
    merged: bool = False  # its people follow another case now
    is_part: bool = False
    visit_due: bool = False
    meeting_called: bool = False
    open_milestones: int = 0  # milestones that run
    promise_broken: bool = False  # the resident waits beyond the promised moment


_GUARDS: Final[dict[str, tuple[str, str]]] = {
    "at_grid": ("not_at_grid", _("这件事已经不在网格，请用其他办法处理。")),
    "has_upper": ("no_upper", _("已经是最高一级，不能再上报。")),
    "held_by_block": ("not_block", _("部门不能上报，请提出异议或申请延期。")),
    "may_object": ("ruled", _("已经裁定过，不能再提异议，请办理。")),
    "nobody_to_call": ("must_contact", _("居民留了联系方式，请先联系再办理。")),
    "nothing_pending": ("pending", _("上一个申请还没有批，请等审批后再提。")),
    "something_pending": ("nothing_pending", _("没有等待审批的申请。")),
    "may_reopen": ("cant_reopen", _("合并到另一件的事，请到那一件里反映。")),
    "visit_due": ("no_visit_due", _("现在还没到动态回访的日子。")),
    "no_meeting": ("meeting_called", _("已经召集了会办，请先开会定责，再说别的。")),
    "meeting_called": ("no_meeting", _("还没有召集会办。")),
    "step_open": ("no_step", _("这件事没有要完成的阶段。")),
    "promise_broken": ("in_time", _("还没有超过承诺的时间，需要更多时间请申请延期。")),
    "evidence": ("", ""),  # asked by the action, which knows the photos
}


def guard_problem(move: Move, now: Condition) -> tuple[str, str] | None:
    """Return (code, sentence) of the first guard that forbids the move now, or None."""
    holds = {
        "at_grid": now.level == 6,
        "has_upper": now.level > 2,
        "held_by_block": now.held_by_block,
        "may_object": not now.ruled,
        "nobody_to_call": not now.callable,
        "nothing_pending": not now.pending,
        "something_pending": bool(now.pending),
        "may_reopen": not now.merged and not now.is_part,
        "visit_due": now.visit_due,
        "no_meeting": not now.meeting_called,
        "meeting_called": now.meeting_called,
        "step_open": now.open_milestones > 0,
        "promise_broken": now.promise_broken,
        "evidence": True,
    }
    for guard in move.guards:
        if not holds[guard]:
            return _GUARDS[guard]
    return None


def allowed_among(
    moves: Iterable[Move], *, state: str, relations: frozenset[str], now: Condition
) -> tuple[Move, ...]:
    """Return the moves somebody in these relations may make in this state, main ones first."""
    found = [
        move
        for move in moves
        if state in move.sources and relations & move.who and guard_problem(move, now) is None
    ]
    return tuple(sorted(found, key=lambda move: not move.primary))
