"""Five kinds and their stages: which there are, what each is called inside and in public, and how far a kind goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import gettext_noop as _

DRAFT, OPEN, ASSESSED, DISCUSSED, DECIDED = "draft", "open", "assessed", "discussed", "decided"
FUNDED, CONTRACTED, DOING, ACCEPTED, REVIEWED = "funded", "contracted", "doing", "accepted", "reviewed"
DECLINED, MERGED, WITHDRAWN, STOPPED = "declined", "merged", "withdrawn", "stopped"

# one order for all kinds; each uses a part of it
ORDER: Final = (
    DRAFT,
    OPEN,
    ASSESSED,
    DISCUSSED,
    DECIDED,
    FUNDED,
    CONTRACTED,
    DOING,
    ACCEPTED,
    REVIEWED,
)
ENDS: Final = (DECLINED, MERGED, WITHDRAWN, STOPPED)
STAGES: Final = (*ORDER, *ENDS)
OVER: Final = frozenset({REVIEWED, *ENDS})
NEEDS_PUBLIC_REASON: Final = frozenset({DECLINED, MERGED, STOPPED})

WISH, TOPIC, WORKS, VENTURE, COBUILD = "wish", "topic", "works", "venture", "cobuild"


@dataclass(frozen=True)
class Stage:
    """A stage of one kind: its code, its label for those who work on it, and the one everybody reads."""

    code: str
    inner: str
    public: str


@dataclass(frozen=True)
class Kind:
    """A kind: name, short name, the path of its stages; `is_open` when it is public from the wall on."""

    code: str
    name: str
    short: str
    path: tuple[Stage, ...]
    supports: bool = False  # residents may support it
    common_parts: bool = False  # may touch what owners own together

    @property
    def stages(self) -> tuple[str, ...]:
        """The codes of its path."""
        return tuple(stage.code for stage in self.path)

    def stage(self, code: str) -> Stage:
        """Return a stage of this kind, also an end."""
        return next((one for one in self.path if one.code == code), ENDINGS.get(code, _NOWHERE))


ENDINGS: Final[Mapping[str, Stage]] = {
    DECLINED: Stage(DECLINED, _("不采纳"), _("没有采纳")),
    MERGED: Stage(MERGED, _("已合并"), _("已并入另一件")),
    WITHDRAWN: Stage(WITHDRAWN, _("提出人撤回"), _("提出人已撤回")),
    STOPPED: Stage(STOPPED, _("中止"), _("已停下")),
}
_NOWHERE: Final = Stage("", "", "")

KINDS: Final[Mapping[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind(
            WISH,
            _("愿望"),
            _("愿望"),
            (
                Stage(DRAFT, _("待上墙"), _("社区在看")),
                Stage(OPEN, _("征集支持"), _("大家在支持")),
                Stage(ASSESSED, _("已评估"), _("已评估能不能办")),
                Stage(DECIDED, _("已采纳"), _("定了要办")),
                Stage(DOING, _("在办"), _("正在办")),
                Stage(ACCEPTED, _("已验收，待回访"), _("办好了，听您说")),
                Stage(REVIEWED, _("已回访"), _("回访过了")),
            ),
            supports=True,
        ),
        Kind(
            TOPIC,
            _("议事"),
            _("议题"),
            (
                Stage(DRAFT, _("待审题"), _("社区在看")),
                Stage(OPEN, _("公示议题"), _("公示中，可以报名")),
                Stage(DISCUSSED, _("已商议"), _("商量过，结果在公示")),
                Stage(DECIDED, _("已定"), _("定下来了")),
                Stage(REVIEWED, _("已回访"), _("回访过了")),
            ),
            supports=True,
            common_parts=True,
        ),
        Kind(
            WORKS,
            _("老旧小区改造"),
            _("改造"),
            (
                Stage(DRAFT, _("立项表"), _("社区在准备")),
                Stage(OPEN, _("征求意见"), _("征求意见")),
                Stage(ASSESSED, _("已评估"), _("已评估能不能改")),
                Stage(DISCUSSED, _("已商议"), _("商量过了")),
                Stage(DECIDED, _("已定改造"), _("定了要改")),
                Stage(FUNDED, _("资金已落实"), _("钱落实了")),
                Stage(DOING, _("施工"), _("正在施工")),
                Stage(ACCEPTED, _("已验收"), _("验收了")),
                Stage(REVIEWED, _("已回访"), _("回访过了")),
            ),
            supports=True,
            common_parts=True,
        ),
        Kind(
            VENTURE,
            _("公益创投"),
            _("创投"),
            (
                Stage(DRAFT, _("申报草稿"), _("在写申报书")),
                Stage(OPEN, _("已申报"), _("申报中")),
                Stage(ASSESSED, _("资格已审，评审中"), _("评审中")),
                Stage(DECIDED, _("拟立项公示"), _("拟资助，公示中")),
                Stage(CONTRACTED, _("已签约"), _("已签约")),
                Stage(DOING, _("实施"), _("正在开展")),
                Stage(ACCEPTED, _("末期评估通过"), _("做完了")),
                Stage(REVIEWED, _("已归档"), _("结果和账目已公开")),
            ),
        ),
        Kind(
            COBUILD,
            _("共建项目"),
            _("共建"),
            (
                Stage(DECIDED, _("已配对"), _("谈成了")),
                Stage(CONTRACTED, _("已签约"), _("已签约")),
                Stage(DOING, _("在做"), _("正在做")),
                Stage(ACCEPTED, _("已完成"), _("做完了")),
                Stage(REVIEWED, _("联席会已回顾"), _("回顾过了")),
            ),
        ),
    )
}

PUBLIC_FROM: Final[Mapping[str, str]] = {  # the first stage everybody may see
    WISH: OPEN,
    TOPIC: OPEN,
    WORKS: OPEN,
    VENTURE: DECIDED,  # until the award nobody outside of the office learns who applied
    COBUILD: DECIDED,
}
FEASIBILITY: Final[dict[str, str]] = {
    "undecided": _("还没评估"),
    "feasible": _("可行"),
    "unfeasible": _("暂时办不了"),
}
WORKS_CLASSES: Final[dict[str, str]] = {  # Chengdu adds safety in front of the three; editable in the figures
    "safety": _("安全类"),
    "basic": _("基础类"),
    "improve": _("完善类"),
    "upgrade": _("提升类"),
}
SOURCES: Final[dict[str, str]] = {
    "direct": _("直接提出"),
    "case": _("来自一件诉求"),
    "wish": _("来自愿望"),
    "topic": _("来自议事"),
    "gap": _("来自生活圈缺口"),
    "match": _("来自供需对接"),
    "round": _("来自征集"),
}
ELIGIBILITY: Final[dict[str, str]] = {  # who may support; the first, strict one is the default
    "residents": _("住在本社区（村）的居民"),
    "users": _("住在、上学或工作在本社区（村）的人"),
    "anyone": _("所有人"),
}


def is_public(kind: str, stage: str, reached: str) -> bool:
    """Tell whether everybody may see an item: it is, or was before its end, at its kind's public stage or later.

    `reached` is the furthest stage of the path before an end.
    """
    path = KINDS[kind].stages
    at = reached if stage in ENDS else stage
    return at in path and path.index(at) >= path.index(PUBLIC_FROM[kind])


def further(kind: str, one: str, other: str) -> str:
    """Return the later of two stages of a kind's path; ends count for nothing."""
    path = KINDS[kind].stages
    return max((one, other), key=lambda code: path.index(code) if code in path else -1)
