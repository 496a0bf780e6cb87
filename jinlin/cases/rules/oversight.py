"""Supervision 督办 and joint meetings 会办: their kinds, causes and states, and what may follow what.

Sources: domain.md 2.2 (督办: daily, listed, interview; triggers of R S11), 4.4. The subject is a unit, never a person.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

WAITING: Final = "waiting"
ANSWERED: Final = "answered"
DONE: Final = "done"
DROPPED: Final = "dropped"

KINDS: Final[dict[str, str]] = {
    "daily": _("日常督办"),
    "listed": _("挂牌督办"),
    "interview": _("约谈"),
}
# how long the unit has to answer, in working days, unless the office says otherwise; an editable proposal of the form
ANSWER_DAYS: Final[dict[str, int]] = {"daily": 3, "listed": 5, "interview": 2}
CAUSES: Final[dict[str, str]] = {
    "overdue": _("超期未办结"),
    "refused": _("应办未办、推诿"),
    "unsolved": _("应解决未解决"),
    "influence": _("影响较大"),
    "other": _("其他"),
}
STATES: Final[dict[str, str]] = {
    WAITING: _("待答复"),
    ANSWERED: _("待审核"),
    DONE: _("已办结"),
    DROPPED: _("已撤销"),
}
MEETING_CAUSES: Final[dict[str, str]] = {
    "rework": _("多次返工"),
    "objection": _("多次异议"),
    "no_unit": _("没有单位承接"),
    "by_hand": _("受理台召集"),
}
MOST_CASES: Final = 50
MOST_UNITS: Final = 12
MAX_ANSWER_DAYS: Final = 60


def governs(level: int, place: str, county: str) -> bool:
    """Tell whether a county's or a city's post, by its level and region code, looks after a county."""
    width = {2: 4, 3: 6}.get(level, 0)
    return bool(width) and place[:width] == county[:width]


def check_opener(*, opener_level: int, opener_unit: UUID, unit: UUID, unit_level: int) -> None:
    """Refuse a supervision of one's own unit or of a level above: an office asks those it oversees (domain.md 3)."""
    if unit == opener_unit:
        raise RuleBroken("own_unit", _("不能督办自己的单位，请由上一级开督办。"))
    if unit_level < opener_level:
        raise RuleBroken("upper_unit", _("不能督办上级单位，请按程序请示上级。"))


def check_state(state: str, wanted: str) -> None:
    """Refuse an answer or a decision that doesn't fit where the supervision stands."""
    if state == wanted:
        return
    told = {
        WAITING: _("这件督办还没有答复，请等承办单位答复后再审核。"),
        ANSWERED: _("这件督办已经答复，正在审核，请等结果。"),
        DONE: _("这件督办已经办结，不用再办。"),
        DROPPED: _("这件督办已经撤销，不用再办。"),
    }
    raise RuleBroken("supervision_state", told[state])
