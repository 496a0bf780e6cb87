"""Guards: what must be true before a move; each is one question about `Facts` and one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

REVIEWERS: Final = 3  # per application, at least (design/participation.md 7.2)


@dataclass(frozen=True)
class Facts:
    """What guards need to know of an item; read under its row lock."""

    feasibility: str = "undecided"
    cost_known: bool = False
    lawful: bool = False
    notice_over: bool = False  # the notice ran its days
    objections_over: bool = False  # so did the days for objections
    met: bool = False  # at least one meeting held with minutes
    passed: bool = False  # a resolution passed under its rule
    steps_left: int = 0  # of the chosen procedure
    common_parts: bool = False
    common_parts_agreed: bool = False
    fund_source: str = ""
    plan_wrong: str = ""  # why the plan can't stand
    plan_parts: int = 0
    milestones_open: int = 0
    severe_open: int = 0
    signatures: int = 0  # of residents' supervisors
    surveyed: int = 0  # answers of the satisfaction survey
    answers_due: bool = False  # everybody asked has answered, or the days for it are over
    review_due: bool = False
    round_open: bool = False
    round_closed: bool = False
    reviews: int = 0
    within_cap: bool = True
    one_each: bool = True
    name_free: bool = True  # the text names no applicant
    partners: int = 0
    reported: bool = False


@dataclass(frozen=True)
class Guard:
    """A question and what to say when the answer is no."""

    holds: Callable[[Facts], bool]
    sentence: str


GUARDS: Final[Mapping[str, Guard]] = {
    "feasible": Guard(
        lambda f: f.feasibility == "feasible" and f.cost_known,
        _("请先评估为可行并写明要花多少钱（可以是 0）。"),
    ),
    "lawful": Guard(
        lambda f: f.lawful, _("请先对照职责清单和法律审题，写明依据；不属于议事范围的请写明理由不采纳。")
    ),
    "notice_over": Guard(lambda f: f.notice_over, _("议题公示还没有满规定的天数（不少于 5 天）。")),
    "met": Guard(lambda f: f.met, _("还没有一次有记录的商议，请先登记商议会和记录。")),
    "passed": Guard(lambda f: f.passed, _("还没有按表决规则通过的决定，请先登记表决结果。")),
    "steps_done": Guard(lambda f: f.steps_left == 0, _("“四议两公开”还有步骤没有走完，六步要按顺序走。")),
    "objections_over": Guard(lambda f: f.objections_over, _("结果公示还没有满规定的天数（不少于 7 天）。")),
    "common_parts_agreed": Guard(
        lambda f: not f.common_parts or f.common_parts_agreed,
        _("这件事动到业主共有的部分，要先由业主按规则表决通过。"),
    ),
    "funded": Guard(lambda f: bool(f.fund_source), _("请写明资金从哪里来。")),
    "plan_stands": Guard(
        lambda f: f.plan_parts > 0 and not f.plan_wrong, _("请先排好计划，各期金额相加应等于总额。")
    ),
    "milestones_done": Guard(
        lambda f: f.plan_parts > 0 and f.milestones_open == 0, _("还有计划节点没有验收，请先逐项验收。")
    ),
    "no_severe": Guard(lambda f: f.severe_open == 0, _("还有严重问题没有整改并复查，不能验收。")),
    "signed": Guard(lambda f: f.signatures > 0, _("还没有居民监理签字，不能验收。")),
    "surveyed": Guard(lambda f: f.surveyed > 0, _("还没有居民满意度回答，请先发起回访。")),
    "answers_due": Guard(lambda f: f.answers_due, _("还没有人回答回访，也没有满等待的天数。")),
    "review_due": Guard(lambda f: f.review_due, _("还没有到约定的回访日子。")),
    "round_open": Guard(lambda f: f.round_open, _("申报已经截止或还没有开始，请看征集公告。")),
    "round_closed": Guard(lambda f: f.round_closed, _("评审还没有结束，结束前谁也看不到分数。")),
    "reviewed_enough": Guard(
        lambda f: f.reviews >= REVIEWERS, _("有效评审不足 3 份，请补派没有利害关系的评审人。")
    ),
    "within_cap": Guard(lambda f: f.within_cap, _("金额超过本次征集的单项上限。")),
    "one_each": Guard(lambda f: f.one_each, _("同一家组织在本次征集中已有一个项目。")),
    "name_free": Guard(
        lambda f: f.name_free, _("项目书里出现了申报单位或人员的名字，请改用“本机构”等说法再提交。")
    ),
    "two_partners": Guard(lambda f: f.partners >= 2, _("协议要写明双方单位的名称。")),
    "reported": Guard(lambda f: f.reported, _("请先公开成果和账目，再归档。")),
}


def require(names: tuple[str, ...], facts: Facts) -> None:
    """Refuse with the first guard that does not hold; RuleBroken(name)."""
    for name in names:
        if not GUARDS[name].holds(facts):
            raise RuleBroken(name, GUARDS[name].sentence)
