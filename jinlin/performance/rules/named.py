"""Measures in words a resident can read, for the formula page: what exactly is counted, and on which day."""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import words as w
from jinlin.kernel.errors import gettext_noop as _
from jinlin.performance.rules.indicators import Terms
from jinlin.performance.rules.measures import ANSWER_BUCKETS, LEDGER_SINCE

STAGE_NAMES: Final[dict[str, str]] = {
    **{stage: name for stage, name in w.STAGES.items() if stage != "resolve"},
    "resolve": _("办理"),
    "milestone": _("分阶段任务"),
    "close": _("结案"),
}
PARTS: Final = {"should": _("应完成"), "done": _("已完成"), "late": _("超期完成")}
NAMES: Final[dict[str, str]] = {
    "opened": _("新增件（含分办）"),
    "reported": _("反映的事"),
    "registered": _("接下来办理的事"),
    "registered_late": _("超过接单期限才接的事"),
    "direct": _("受理时直接答复的事"),
    "repeats": _("并入别的事、或无新情况的重复件"),
    "joined": _("邻居加入已有事项的次数"),
    "proactive": _("巡查、走访、预警先发现的事"),
    "grid_accepted": _("网格接下来的事"),
    "self_handled": _("网格当场解决的事"),
    "dispatched": _("派出的单子"),
    "returned": _("异议成立、被退回的单子"),
    "contact_wanted": _("派出且本人愿意被联系的单子"),
    "contact_real": _("真正联系过本人的单子"),
    "contact_in_time": _("在期限内真正联系过本人的单子"),
    "handled": _("报告办完的单子"),
    "reworked": _("至少返工一次的单子"),
    "close_done": _("已结案、没有重开"),
    "close_late": _("过了答应的日期才结案"),
    "ended": _("结案后没有再打开"),
    "reopened": _("结案后又重新打开"),
    "typed": _("工作人员手工填写的项数"),
    "touched": _("经手单位数"),
    "unanswered": _("没有联系上"),
    "unrated": _("答了解决情况、没有打分"),
    "escalated": _("上报"),
    "objected": _("提出异议"),
    "extended": _("批准延期"),
    "suspended": _("批准中止"),
    "ledgered": _("批准挂账"),
    "exempted": _("批准免于核查"),
    "beyond": _("批准为客观上无法办到"),
    "people_uncovered": _("走路到不了至少一种基本保障设施的居民"),
    "people_judged": _("住处已经上图、测算过的居民"),
    "decisions_due": _("约定日期已到的议事决定"),
    "decisions_kept": _("按约定日期落实的议事决定"),
    "in_ledgered": _("现在挂账的事"),
    LEDGER_SINCE: _("挂账以来的天数"),
    **{f"solved_{code}": name for code, name in w.SOLVED.items()},
    **{f"satisfied_{level}": name for level, name in w.SATISFIED.items()},
}


def named(measure: str) -> tuple[str, ...]:
    """Return the words of a measure, to be translated and put together by who shows them."""
    if measure in NAMES:
        return (NAMES[measure],)
    stage, _line, part = measure.rpartition("_")
    if stage in STAGE_NAMES and part in PARTS:
        return (STAGE_NAMES[stage], PARTS[part])
    raise KeyError(measure)


def spelled(terms: Terms) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return terms as (sign, factor, words): ("−", "", ("超期完成",)), ("+", "0.5", ("解决了一部分",))."""
    if tuple(name for name, _weight in terms) == ANSWER_BUCKETS:
        return [("", "", (_("第一次给出实在答复的件数"),))]
    found = []
    for at, (name, weight) in enumerate(terms):
        sign = "−" if weight < 0 else ("+" if at else "")
        size = abs(weight)
        found.append((sign, "" if size == 1 else f"{size} × ", named(name)))
    return found
