"""What the lines of a history are called where the table of moves has no word for them; the numbers a county may set."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

ENTRIES: Final[dict[str, str]] = {
    "propose": _("提出"),
    "progress": _("进展"),
    "absorb": _("有一件并了进来"),
    "grow": _("转下去"),
    "meeting": _("商议"),
    "vote": _("表决"),
    "step": _("四议两公开"),
    "done": _("已落实"),
    "looked": _("回访"),
    "dispatch": _("派出去办"),
    "plan": _("排计划"),
    "submit_part": _("交成果"),
    "accept_part": _("验收节点"),
    "pay": _("付款"),
    "report": _("公开结果"),
    "visit": _("现场巡查"),
    "correct": _("整改"),
    "recheck": _("复查"),
    "sign": _("居民签字"),
    "hide": _("从墙上取下"),
    "show": _("重新上墙"),
    "rule": _("定表决规则"),
}

# numbers a county may set: what it is called, its unit, the least and the most that make sense
DAYS: Final = _("天")
MOST_DAYS: Final = 3650
NUMBERS: Final[dict[str, tuple[str, str, int, int]]] = {
    "notice_days": (_("议题公示"), DAYS, 5, MOST_DAYS),  # what statute asks is never set lower
    "objection_days": (_("结果公示、提异议"), DAYS, 7, MOST_DAYS),
    "award_notice_workdays": (_("创投拟立项公示"), _("个工作日"), 1, 365),
    "venture_cap_fen": (_("创投单项资助上限"), _("元"), 100, 10**12),
    "venture_per_organisation": (_("每家单位可申报"), _("项"), 1, 100),
    "answer_days": (_("办成后等居民回答"), DAYS, 1, MOST_DAYS),
    "review_days_first": (_("议定的事第一次回访"), DAYS, 1, MOST_DAYS),
    "review_days_second": (_("议定的事第二次回访"), DAYS, 1, MOST_DAYS),
    "wait_draft": (_("收到后看一眼"), DAYS, 1, MOST_DAYS),
    "wait_open": (_("征集后给下文"), DAYS, 1, MOST_DAYS),
    "wait_assessed": (_("评估后给下文"), DAYS, 1, MOST_DAYS),
    "wait_discussed": (_("商议后给下文"), DAYS, 1, MOST_DAYS),
    "wait_decided": (_("定下来后开始办"), DAYS, 1, MOST_DAYS),
    "wait_funded": (_("资金落实后开工"), DAYS, 1, MOST_DAYS),
    "wait_contracted": (_("签约后开始"), DAYS, 1, MOST_DAYS),
    "wait_doing": (_("办理中给一次进展"), DAYS, 1, MOST_DAYS),
    "wait_accepted": (_("验收后回访"), DAYS, 1, MOST_DAYS),
}
