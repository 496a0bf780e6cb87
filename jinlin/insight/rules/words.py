"""Frozen words of the room: methods, states, outcomes, the three slips; and the floor nothing is shown below.

Sources: domain.md 2.2 ("三单" of Rongcheng), 6.1 (a person confirms, the outcome is recorded), 6.2 (未诉先办).
"""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

FLOOR: Final = 5  # design/insight.md section 5: nothing below is shown

SELF_MADE: Final = (
    "warning",
)  # channel of cases an office opened because of a warning: its own echo is no news

METHODS: Final[dict[str, str]] = {
    "scan": _("时空扫描"),
    "ewma": _("加权移动平均"),
    "burst": _("短期突增"),
    "whole": _("全域上升"),
}
OPEN, CONFIRMED, DISMISSED = "open", "confirmed", "dismissed"
WARNING_STATES: Final[dict[str, str]] = {
    OPEN: _("待研判"),
    CONFIRMED: _("已确认"),
    DISMISSED: _("已排除"),
}
# why a person dismisses -> the outcome that stands for it
DISMISSALS: Final[dict[str, tuple[str, str]]] = {
    "noise": (_("正常波动，现场没有问题"), "false_alarm"),
    "data": (_("数据原因：补录、集中导入、演练"), "false_alarm"),
    "known": (_("已经知道，正在处理"), "already_known"),
}
OUTCOMES: Final[dict[str, str]] = {
    "true": _("属实"),
    "partly": _("部分属实"),
    "false_alarm": _("虚警"),
    "already_known": _("早已知道"),
}
RIGHT: Final[frozenset[str]] = frozenset({"true", "partly", "already_known"})  # something was the matter

SLIPS: Final[dict[str, str]] = {
    "key_work": _("重点工作提示单"),
    "hot_issue": _("热点问题提示单"),
    "leader_area": _("分管领域提示单"),
}
SENT, ANSWERED, CLOSED = "sent", "answered", "closed"
SLIP_STATES: Final[dict[str, str]] = {
    SENT: _("待答复"),
    ANSWERED: _("待审核"),
    CLOSED: _("已办结"),
}
SLIP_VERBS: Final[dict[str, str]] = {
    "sent": _("发出"),
    "answered": _("答复"),
    "returned": _("退回"),
    "closed": _("办结"),
}

PLANNED, ENDED = "planned", "ended"
PLAN_STATES: Final[dict[str, str]] = {PLANNED: _("进行中"), ENDED: _("已结束")}

JOBS: Final[dict[str, str]] = {
    "scan": _("预警扫描"),
    "hot": _("热点聚合"),
    "train": _("类别模型训练"),
    "plans": _("未诉先办提醒"),
}
RUN_STATES: Final[dict[str, str]] = {
    "running": _("运行中"),
    "done": _("已完成"),
    "failed": _("没有完成"),
}
