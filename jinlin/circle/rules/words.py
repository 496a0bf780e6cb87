"""The words of the living circle: states, kinds and how people read them."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

ENCLOSURES: Final[dict[str, str]] = {
    "estate": _("住宅小区"),
    "work_unit": _("单位家属院"),
    "village": _("村组"),
    "school": _("学校"),
    "hospital": _("医院"),
    "other": _("其他院落"),
}
GATE_STATES: Final[dict[str, str]] = {"open": _("开放"), "closed": _("关闭"), "proposed": _("拟开")}
ACCESS: Final[dict[str, str]] = {"public": _("人人可过"), "residents": _("仅限本小区居民")}
CONFIDENCE: Final[dict[str, str]] = {"surveyed": _("实地核实"), "drawn": _("按图绘制"), "guessed": _("推测")}
FACILITY_STATES: Final[dict[str, str]] = {"open": _("使用中"), "closed": _("停用"), "planned": _("规划中")}
FLAG_KINDS: Final[dict[str, str]] = {
    "closed": _("已停用或关门"),
    "hours": _("开放时间不对"),
    "moved": _("已搬走"),
    "gone": _("没有这处设施"),
    "other": _("其他不对的地方"),
}
OUTCOMES: Final[dict[str, str]] = {
    "corrected": _("已更正"),
    "was_right": _("核实无误"),
    "unclear": _("暂时无法核实"),
}
JOB_STATES: Final = ("waiting", "running", "done", "failed")
JOB_STATE_NAMES: Final[dict[str, str]] = {
    "waiting": _("等待计算"),
    "running": _("正在计算"),
    "done": _("已完成"),
    "failed": _("没有算成"),
}
TRIGGERS: Final = ("order", "edit", "night")
STUDIES: Final = ("gates", "sites")
CHANGE_STATES: Final = ("waiting", "confirmed", "refused", "undone")
CHANGE_STATE_NAMES: Final[dict[str, str]] = {
    "waiting": _("等待第二人核实"),
    "confirmed": _("已核实"),
    "refused": _("未通过核实"),
    "undone": _("已撤销"),
}
MARKS: Final = ("r", "K", "D")
MARK_NAMES: Final[dict[str, str]] = {
    "r": _("已在所注来源中读到"),
    "K": _("待核对：请对照标准原文"),
    "D": _("本项目设定"),
}
TIERS: Final = ("block", "5", "10", "15")
TIER_NAMES: Final[dict[str, str]] = {
    "block": _("居住街坊"),
    "5": _("5分钟"),
    "10": _("10分钟"),
    "15": _("15分钟"),
}
BASIC: Final = "B"
NEEDS: Final[dict[str, str]] = {BASIC: _("基本保障"), "Q": _("品质提升"), "B/Q": _("基本保障或品质提升")}
PROFILE_NAMES: Final[dict[str, str]] = {
    "planning": _("规划口径"),
    "adult": _("成年人"),
    "slow": _("老人和幼儿"),
    "wheelchair": _("轮椅"),
}
MOMENT_NAMES: Final[dict[str, str]] = {
    "workday_morning": _("工作日早上八点"),
    "workday_evening": _("工作日晚上七点"),
    "night": _("夜里十点"),
}
STATUSES: Final = (
    "covered",
    "not_covered",
    "estimated_covered",
    "estimated_not_covered",
    "not_mapped",
    "no_data",
)
STATUS_NAMES: Final[dict[str, str]] = {
    "covered": _("够得着"),
    "not_covered": _("够不着"),
    "estimated_covered": _("估算够得着"),
    "estimated_not_covered": _("估算够不着"),
    "not_mapped": _("尚未测绘"),
    "no_data": _("没有名录"),
}
FAILED: Final = ("none", "time", "distance", "both")
