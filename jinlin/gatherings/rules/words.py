"""The words of this room: code -> Chinese, translated when shown."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

VENUE_KINDS: Final[dict[str, str]] = {
    "parlour": _("社区会客厅"),
    "courtyard": _("近邻小院"),
    "hall": _("礼堂大厅"),
    "room": _("活动室"),
    "shared": _("单位共享场地"),
}
PARLOURS: Final[frozenset[str]] = frozenset({"parlour", "courtyard"})  # where neighbours talk matters over
# what a room is used for: the only thing the public calendar tells beside busy and free
PURPOSES: Final[dict[str, str]] = {
    "talk": _("邻里商量事情"),
    "meeting": _("会议"),
    "culture": _("文化活动"),
    "class": _("学习培训"),
    "care": _("为老为小服务"),
    "sport": _("锻炼健身"),
    "family": _("家庭聚会"),
    "other": _("其他"),
}
BOOKING_STATES: Final[dict[str, str]] = {
    "requested": _("等待确认"),
    "confirmed": _("已订好"),
    "denied": _("没有订上"),
    "cancelled": _("已取消"),
}
GATHERING_KINDS: Final[dict[str, str]] = {
    "activity": _("活动"),
    "deliberation": _("议事会"),
    "parlour": _("会客厅谈事"),
    "supervision": _("监督巡查"),
    "joint": _("联席会议"),
    "service": _("便民服务"),
}
ACTIVITIES: Final[frozenset[str]] = frozenset({"activity", "service"})  # counted as 活动
MEETINGS: Final[frozenset[str]] = frozenset({"deliberation", "parlour", "supervision", "joint"})
GATHERING_STATES: Final[dict[str, str]] = {
    "planned": _("筹备中"),
    "open": _("可以报名"),
    "held": _("已举行"),
    "cancelled": _("已取消"),
}
SEATS: Final[dict[str, str]] = {
    "signed": _("已报名"),
    "waiting": _("候补中"),
    "in": _("已到场"),
    "out": _("已离场"),
    "no_show": _("没有来"),
    "withdrawn": _("已退出"),
}
PART_ROLES: Final[dict[str, str]] = {
    "resident": _("居民"),
    "volunteer": _("志愿者"),
    "host": _("主持人"),
    "expert": _("专业人士"),
    "supervisor": _("监督员"),
}
OUTCOMES: Final[dict[str, str]] = {
    "settled": _("当场说开、解决了"),
    "follow_up": _("商定了，接着办"),
    "open": _("没有谈拢，下次再议"),
}
SIDES: Final[dict[str, str]] = {"need": _("需求"), "resource": _("资源")}
OFFER_KINDS: Final[dict[str, str]] = {
    "micro_wish": _("微心愿"),
    "errand": _("代办"),
    "neighbour": _("邻里互助"),
    "service": _("专业服务"),
    "skill": _("手艺特长"),
    "space": _("场地"),
    "parking": _("停车位"),
    "goods": _("物品"),
    "time": _("志愿时间"),
    "other": _("其他"),
}
NEED_ONLY: Final[frozenset[str]] = frozenset({"micro_wish", "errand"})
CO_BUILDING: Final[frozenset[str]] = frozenset(
    {"service", "skill", "space", "parking", "goods", "time", "other"}
)
OFFER_STATES: Final[dict[str, str]] = {
    "waiting": _("等社区核对"),
    "open": _("等人认领"),
    "matched": _("有人认领"),
    "done": _("办成了"),
    "expired": _("过期了"),
    "withdrawn": _("撤回了"),
    "refused": _("没有发布"),
}
MATCH_STATES: Final[dict[str, str]] = {
    "agreed": _("说好了"),
    "done": _("做完了，等确认"),
    "confirmed": _("确认办成"),
    "dropped": _("没有做成"),
}
ERRANDS: Final[dict[str, str]] = {
    "pay_bill": _("代缴水电气费"),
    "buy_medicine": _("代买药"),
    "papers": _("代办手续、代取材料"),
    "shopping": _("代买日用品"),
    "other": _("其他"),
}
