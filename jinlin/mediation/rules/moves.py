"""Which step a file may take from which stage, what each step asks, and when a file is complete; frozen tables.

Buttons, the API, the reference and the tests read `MOVES`. Lengths come from dated `Terms`, never from here.
Sources: design/participation.md 8; joint court confirmation within 30 days of effect [R S57].
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from jinlin.kernel.errors import RuleBroken, gettext
from jinlin.kernel.errors import gettext_noop as _
from jinlin.mediation.rules import words as w

AskKind = Literal["line", "words", "date", "choice", "party", "number", "all_parties", "account"]


@dataclass(frozen=True)
class Ask:
    """One question of a step; `choices` names a table of `words`."""

    name: str
    kind: AskKind
    label: str
    required: bool = True
    choices: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Move:
    """One step: from which stages, what it asks, what the button says; `quiet`: not the next step, folded away."""

    verb: str
    label: str
    sources: frozenset[str]
    asks: tuple[Ask, ...] = ()
    quiet: bool = False
    hint: str = ""


_ON: Final = Ask("on", "date", _("日期"))
_TALKING: Final = frozenset({w.ACCEPTED, w.TOLD, w.INVESTIGATING, w.HEARING})
_BEFORE: Final = _TALKING | {w.OPENED}
MOVES: Final[tuple[Move, ...]] = (
    Move(
        "party",
        _("登记一方当事人"),
        _BEFORE,
        (
            Ask("side", "choice", _("哪一方"), choices="SIDES"),
            Ask("called", "line", _("姓名或单位名称")),
            Ask("reach", "line", _("联系电话"), required=False),
            Ask("home", "line", _("住址或单位地址"), required=False),
            Ask("proxy", "line", _("代理人"), required=False),
        ),
        hint=_("不登记证件号码。"),
    ),
    Move(
        "consent",
        _("记录同意调解"),
        _BEFORE,
        (Ask("party", "party", _("哪一位当事人")), Ask("on", "date", _("同意的日期"))),
    ),
    Move(
        "refuse",
        _("当事人不同意调解，结束"),
        frozenset({w.OPENED}),
        (Ask("party", "party", _("哪一位当事人")), Ask("words", "words", _("怎么说的"))),
        quiet=True,
    ),
    Move(
        "accept",
        _("受理"),
        frozenset({w.OPENED}),
        (
            Ask("claims", "words", _("申请调解的事项、请求")),
            Ask("on", "date", _("受理日期")),
        ),
        hint=_("各方都同意后才能受理；从受理日起算一个月。"),
    ),
    Move(
        "tell",
        _("告知权利义务、核对身份"),
        _TALKING,
        (
            Ask("party", "party", _("哪一位当事人")),
            Ask("checked", "choice", _("身份怎样核对"), choices="CHECKED"),
            Ask("on", "date", _("告知日期")),
        ),
    ),
    Move(
        "investigate",
        _("记一次调查"),
        frozenset({w.TOLD, w.INVESTIGATING, w.HEARING}),
        (
            _ON,
            Ask("whom", "line", _("向谁了解")),
            Ask("words", "words", _("调查记录")),
        ),
    ),
    Move(
        "hear",
        _("记一次调解"),
        frozenset({w.TOLD, w.INVESTIGATING, w.HEARING}),
        (
            _ON,
            Ask("place", "line", _("调解地点")),
            Ask("openness", "choice", _("是否公开"), choices="OPENNESS"),
            Ask("objects", "choice", _("有没有人反对公开"), choices="OBJECTS"),
            Ask("words", "words", _("调解记录")),
            Ask("signed", "choice", _("记录已交各方看过并签名"), choices="YES"),
        ),
    ),
    Move(
        "extend",
        _("延期"),
        _TALKING,
        (
            Ask("days", "number", _("延长几天")),
            Ask("consents", "all_parties", _("同意延期的当事人")),
            Ask("words", "words", _("为什么延期")),
        ),
        quiet=True,
    ),
    Move(
        "agree",
        _("达成协议"),
        frozenset({w.HEARING}),
        (
            Ask("form", "choice", _("协议形式"), choices="FORMS"),
            Ask("points", "words", _("主要事实、争议事项")),
            Ask("duties", "words", _("协议内容（各方的权利义务）")),
            Ask("manner", "words", _("履行的方式、地点")),
            Ask("perform_on", "date", _("最后履行日期"), required=False, hint=_("当场履行完的不填。")),
            Ask("on", "date", _("达成日期")),
            Ask(
                "signed",
                "all_parties",
                _("已签名、盖章或按指印的当事人"),
                hint=_("口头协议由各方确认即可，也在这里勾选。"),
            ),
        ),
    ),
    Move(
        "fail",
        _("调解不成，结束"),
        _TALKING,
        (
            Ask("words", "words", _("为什么调解不成")),
            Ask("told", "choice", _("已告知可以仲裁、起诉等途径"), choices="YES"),
        ),
        quiet=True,
    ),
    Move(
        "withdraw",
        _("当事人退出，结束"),
        _BEFORE,
        (Ask("party", "party", _("哪一位当事人")), Ask("words", "words", _("怎么说的"))),
        quiet=True,
    ),
    Move(
        "perform",
        _("补记履行日期"),
        frozenset({w.AGREED}),
        (Ask("perform_on", "date", _("最后履行日期")),),
        quiet=True,
    ),
    Move(
        "visit",
        _("回访履行情况"),
        frozenset({w.AGREED, w.PERFORMING, w.VISITED}),
        (
            _ON,
            Ask("how", "choice", _("怎样回访"), choices="VISITS"),
            Ask("performed", "choice", _("履行情况"), choices="PERFORMED"),
            Ask("pleased", "choice", _("当事人是否满意"), choices="PLEASED"),
            Ask("words", "words", _("回访记录、还有什么隐患")),
            Ask(
                "again_on",
                "date",
                _("下次回访日期"),
                required=False,
                hint=_("没有全部履行的，可约下次回访。"),
            ),
            Ask(
                "told",
                "choice",
                _("没有履行的，已告知可以申请强制执行或起诉"),
                required=False,
                choices="YES",
            ),
        ),
    ),
    Move(
        "court",
        _("记录司法确认"),
        frozenset({w.AGREED, w.PERFORMING, w.VISITED}),
        (
            _ON,
            Ask("court", "line", _("哪个人民法院")),
            Ask("result", "choice", _("进展"), choices="COURT"),
        ),
        quiet=True,
        hint=_("协议生效之日起三十日内由各方共同申请。"),
    ),
    Move("file", _("归档"), frozenset({w.AGREED, w.VISITED, w.ENDED})),
)
BY_VERB: Final[dict[str, Move]] = {move.verb: move for move in MOVES}
# what each outcome needs before filing; "agreement" only where one was reached
_ALWAYS: Final = frozenset({"entry", "note", "back"})
_MET: Final = frozenset({"entry", "rights", "identity", "hearing", "back"})
REQUIRED: Final[dict[str, frozenset[str]]] = {
    "written": _MET | {"agreement"},
    "oral": _MET | {"agreement"},
    "failed": frozenset({"entry", "rights", "identity", "note", "back"}),
    "withdrawn": _ALWAYS,
    "refused": _ALWAYS,
}
_NUMBER_OF_A_CITIZEN: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)


@dataclass(frozen=True)
class Standing:
    """What the guards look at: never a name."""

    stage: str
    outcome: str = ""
    parties: int = 0
    sides: frozenset[str] = frozenset()
    unconsented: int = 0
    untold: int = 0
    due_on: date | None = None
    perform_on: date | None = None
    visit_due_on: date | None = None
    court_until: date | None = None
    slots: frozenset[str] = frozenset()
    keeps: bool = True  # the deployer has said how long files are kept
    facts: Mapping[str, object] = field(default_factory=dict)


def due_on(accepted_on: date, days: int, extended: int) -> date:
    """Return the last day of the clock: calendar days counted from the day after acceptance."""
    return accepted_on + timedelta(days=days + extended)


def court_until(effective_on: date, days: int) -> date:
    """Return the last day on which the parties may jointly ask a court to confirm."""
    return effective_on + timedelta(days=days)


def required_slots(outcome: str, perform_on: date | None) -> frozenset[str]:
    """Return the slots that must be full before filing; a follow-up where something was to be performed."""
    found = REQUIRED.get(outcome, _ALWAYS)
    return found | {"visit"} if outcome in w.SETTLED and perform_on else found


def check(verb: str, now: Standing, today: date) -> Move:
    """Return the move if it may be made now; RuleBroken with one sentence otherwise."""
    move = BY_VERB.get(verb)
    if move is None:
        raise RuleBroken("unknown_step", _("没有这一步，请刷新页面。"))
    if now.stage not in move.sources:
        raise RuleBroken("stage", _("这份卷宗现在不能做这一步，请刷新页面查看最新状态。"))
    guard = _GUARDS.get(verb)
    if guard is not None:
        guard(now, today)
    return move


def _check_accept(now: Standing, _today: date) -> None:
    if now.parties < 2 or not {"applicant", "respondent"} <= now.sides:
        raise RuleBroken("parties", _("请先登记申请人和被申请人。"))
    if now.unconsented:
        raise RuleBroken("consent", _("还有当事人没有同意调解，请先记录各方同意。"))


def _check_all_told(now: Standing, _today: date) -> None:
    if now.unconsented:
        raise RuleBroken("consent", _("还有当事人没有同意调解，请先记录各方同意。"))
    if now.untold:
        raise RuleBroken("untold", _("还有当事人没有告知权利义务，请先逐一告知。"))


def _check_before_due(now: Standing, today: date) -> None:
    _check_all_told(now, today)
    if now.due_on is not None and today > now.due_on:
        raise RuleBroken("late", _("调解期限已过。各方都同意延期后才能继续，否则请记为调解不成。"))


def _check_court(now: Standing, today: date) -> None:
    if "court" not in now.slots and now.court_until is not None and today > now.court_until:
        raise RuleBroken("court_late", _("协议生效已超过三十日，不能再共同申请司法确认。"))


def _check_file(now: Standing, _today: date) -> None:
    if now.outcome in w.SETTLED and now.perform_on and now.stage != w.VISITED:
        raise RuleBroken("unvisited", _("约定了履行日期的协议要先回访履行情况，再归档。"))
    missing = required_slots(now.outcome, now.perform_on) - now.slots
    if missing:
        names = "、".join(gettext(slot.label) for slot in w.SLOTS if slot.code in missing)
        raise RuleBroken("slots", _("还缺：{names}。补齐后再归档。"), names=names)
    if not now.keeps:
        raise RuleBroken("terms", _("本县（市、区）还没有设定调解卷宗保存年限，请平台管理员先设定。"))


_GUARDS: Final = {
    "accept": _check_accept,
    "investigate": _check_before_due,
    "hear": _check_before_due,
    "agree": _check_before_due,
    "court": _check_court,
    "file": _check_file,
}


def open_moves(now: Standing) -> tuple[Move, ...]:
    """Return the moves the stage knows, whether or not a guard still holds them up."""
    return tuple(move for move in MOVES if now.stage in move.sources)


def holds_up(verb: str, now: Standing, today: date) -> RuleBroken | None:
    """Return why a move of this stage can't be made yet, None when it can."""
    try:
        check(verb, now, today)
    except RuleBroken as error:
        return error
    return None


def after(verb: str, now: Standing, said: Collection[str] = ()) -> str:
    """Return the stage after a move; `said` holds what turns it: "last" (all told), "dated", "full"."""
    if verb == "tell":
        return w.TOLD if "last" in said and now.stage == w.ACCEPTED else now.stage
    if verb == "agree":
        return w.PERFORMING if "dated" in said else w.AGREED
    if verb == "visit":
        return w.PERFORMING if "again" in said else w.VISITED
    return {
        "refuse": w.ENDED,
        "accept": w.ACCEPTED,
        "investigate": now.stage if now.stage == w.HEARING else w.INVESTIGATING,
        "hear": w.HEARING,
        "fail": w.ENDED,
        "withdraw": w.ENDED,
        "perform": w.PERFORMING,
        "file": w.FILED,
    }.get(verb, now.stage)


def holds_a_number(text: str) -> bool:
    """Tell whether a text carries the 18 digits of a citizen's number, which this product never keeps."""
    return bool(_NUMBER_OF_A_CITIZEN.search(text))
