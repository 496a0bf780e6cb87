"""吹哨报到: a township calls departments to the spot; who answers by when, who judges what. Pure (domain.md 6.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

KINDS: Final[Mapping[str, str]] = {
    "daily": _("日常综合"),
    "joint": _("联合执法"),
    "emergency": _("应急处置"),
}
# kind -> amount and unit of the time to answer (domain.md 6.3: 2 hours in an emergency, else 1 working day)
ANSWER_IN: Final[Mapping[str, tuple[int, str]]] = {
    "daily": (1, "working_day"),
    "joint": (1, "working_day"),
    "emergency": (2, "clock_hour"),
}
JUDGED: Final[Mapping[str, str]] = {"yes": _("是"), "partly": _("部分"), "no": _("否")}
MOST_UNITS: Final = 12


@dataclass(frozen=True)
class Reply:
    """How far one called unit is: answered, on the spot, judged by the caller, has judged the call."""

    answered: bool = False
    came: bool = False
    solved: str = ""
    needed: str = ""


def check_answer(is_open: bool, reply: Reply) -> None:
    """Refuse an answer to a whistle that has ended, or a second one."""
    if not is_open:
        raise RuleBroken("whistle_over", _("这次吹哨已经结束，不用再答复。"))
    if reply.answered:
        raise RuleBroken("whistle_answered", _("已经答复过了，有变化请直接和街道联系。"))


def check_arrival(is_open: bool, reply: Reply) -> None:
    """Only while the call stands, and once: the township notes that a unit came."""
    if not is_open:
        raise RuleBroken("whistle_over", _("这次吹哨已经结束，不能再补记到场。"))
    if reply.came:
        raise RuleBroken("whistle_came", _("这个单位的到场已经记过了。"))


def check_end(replies: Iterable[Reply]) -> None:
    """The call ends when each unit that came has been judged; who didn't come is judged by that."""
    if any(reply.came and not reply.solved for reply in replies):
        raise RuleBroken("whistle_unjudged", _("请先给每个到场的单位记下解决了没有，再结束。"))


def check_needed(is_open: bool, reply: Reply) -> None:
    """A unit says whether the call was needed once it is over, and once."""
    if is_open:
        raise RuleBroken("whistle_open", _("吹哨结束以后，再说这次有没有必要。"))
    if reply.needed:
        raise RuleBroken("whistle_judged", _("已经评价过这次吹哨了。"))


def judged(value: str) -> bool:
    """Tell whether a judgement is one of the three."""
    return value in JUDGED
