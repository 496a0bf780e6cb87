"""What a move adds to the counters of its place and month, by name; the figures of co-governance are sums of these."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

NAMES: Final[dict[str, str]] = {
    "wishes": _("上墙的愿望"),
    "topics": _("公示的议题"),
    "works": _("征求意见的改造"),
    "applications": _("创投申报"),
    "deliberated": _("商议过的议事案例"),
    "topics_decided": _("议定的议题"),
    "wishes_done": _("办成的愿望"),
    "works_done": _("验收的改造"),
    "ventures": _("签约的创投项目"),
    "ventures_done": _("完成的创投项目"),
    "cobuilds": _("签约的共建项目"),
    "cobuilds_done": _("完成的共建项目"),
    "declined": _("没有采纳的"),
    "merged": _("合并的"),
    "stopped": _("停下的"),
    "supports": _("支持（人次）"),
    "meetings": _("有记录的商议和活动"),
    "venture_activities": _("创投项目的活动"),
    "venture_served": _("创投项目的服务人次"),
    "findings": _("居民监理发现的问题"),
    "findings_closed": _("复查销号的问题"),
}
_FIRST_TIME: Final[dict[tuple[str, str], str]] = {  # (kind, stage first reached) -> name
    ("wish", "open"): "wishes",
    ("topic", "open"): "topics",
    ("works", "open"): "works",
    ("venture", "open"): "applications",
    ("topic", "discussed"): "deliberated",
    ("topic", "decided"): "topics_decided",
    ("wish", "accepted"): "wishes_done",
    ("works", "accepted"): "works_done",
    ("venture", "contracted"): "ventures",
    ("venture", "accepted"): "ventures_done",
    ("cobuild", "contracted"): "cobuilds",
    ("cobuild", "accepted"): "cobuilds_done",
}
_ENDS: Final = frozenset({"declined", "merged", "stopped"})


def counted_for(kind: str, target: str, *, first: bool) -> str:
    """Return the name a move counts under, "" for none; going back and forth counts once."""
    if target in _ENDS:
        return target
    return _FIRST_TIME.get((kind, target), "") if first else ""
