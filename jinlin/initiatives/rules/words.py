"""What the lines of a history are called where the table of moves has no word for them."""

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
