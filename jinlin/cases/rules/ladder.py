"""The escalation ladder: at which moment of a deadline, or after how many turns, who is told and what opens.

Pure: rungs and facts in, moments and names out. Source of the default rungs: domain.md 4.4; they are dated data an
administrator edits. The subject is always a case and the unit that answers for it, never a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from jinlin.cases.rules.deadlines import Unit, WorkCalendar, advance, due_at, left
from jinlin.cases.rules.words import GRID_LEVEL
from jinlin.kernel.errors import gettext_noop as _

Trigger = Literal["share", "after", "returned", "count", "month"]
Tells = Literal["handler", "desk", "leader", "above"]
Does = Literal["", "supervision", "meeting", "office", "topic"]

TRIGGERS: Final[dict[str, str]] = {
    "share": _("时限用去的比例"),
    "after": _("到期后过了"),
    "returned": _("裁定退回后无人承接，派单到期后过了"),
    "count": _("同一件累计次数"),
    "month": _("上月件数最多的类别，取前几名"),
}
TELLS: Final[dict[str, str]] = {
    "handler": _("经办（网格的事提醒网格员，部门的事提醒本部门）"),
    "desk": _("承办单位受理台"),
    "leader": _("街道（乡镇）或部门负责人"),
    "above": _("县（市、区）综治中心，本级超期时为上一级"),
}
DOES: Final[dict[str, str]] = {
    "": _("只提醒"),
    "supervision": _("自动开日常督办"),
    "meeting": _("必须会办"),
    "office": _("报请政府办协调"),
    "topic": _("列为每月一题候选"),
}
RUNGS: Final[dict[str, str]] = {
    "half": _("时限过半"),
    "most": _("将到期"),
    "due": _("已到期"),
    "leader": _("超期，请负责人过问"),
    "supervise": _("超期，开督办"),
    "no_unit": _("没有单位承接"),
    "rework": _("多次返工"),
    "objection": _("多次异议"),
    "topic": _("高频类别"),
}
PROMISES: Final = frozenset({"resolve", "rework"})  # the stages a resident was promised a day for
CHECKED: Final = frozenset({"verify", "follow_up"})
TOWN_LEVEL: Final = 4
COUNT_LEAST: Final = 2  # the table of cases keeps an index of what came back at least twice


@dataclass(frozen=True)
class RungRule:
    """One rung in force; `amount` is a share, a period in `unit`, a count, or a number of places in a list."""

    code: str
    trigger: str
    amount: float
    unit: str = "working_day"
    stages: frozenset[str] = frozenset()  # empty: every stage
    tells: tuple[str, ...] = ()
    does: str = ""
    answer_amount: float = 0
    answer_unit: str = "working_day"

    def minds(self, stage: str) -> bool:
        """Tell whether the rung looks at a stage."""
        return not self.stages or stage in self.stages


@dataclass(frozen=True)
class Running:
    """What the ladder needs of a running clock."""

    stage: str
    amount: float
    unit: Unit
    started_at: datetime
    due_at: datetime
    extended_days: int = 0
    is_returned: bool = False  # waits at a desk because an objection was upheld and nobody else took it


@dataclass(frozen=True)
class Look:
    """The rungs a clock has reached, lowest first, and the moment of the next one (None: no more)."""

    reached: tuple[str, ...]
    next_at: datetime | None


def look(running: Running, rungs: Iterable[RungRule], now: datetime, calendar: WorkCalendar) -> Look:
    """Return which rungs a clock has reached by now and when to look again.

    Shares count running time (office seconds for the working units): the moment is where what is left equals the
    rest, so an extension or a pause moves it by itself.
    """
    reached: list[tuple[datetime, int, str]] = []
    coming: list[datetime] = []
    for place, rung in enumerate(rungs):  # their order decides between rungs of one moment
        at = _moment(running, rung, now, calendar)
        if at is None:
            continue
        if at <= now:
            reached.append((at, place, rung.code))
        else:
            coming.append(at)
    return Look(tuple(code for _at, _place, code in sorted(reached)), min(coming, default=None))


def _moment(running: Running, rung: RungRule, now: datetime, calendar: WorkCalendar) -> datetime | None:
    if not rung.minds(running.stage):
        return None
    if rung.trigger == "share":
        return _share(running, rung.amount, now, calendar)
    if rung.trigger == "after" or (rung.trigger == "returned" and running.is_returned):
        return after(running.due_at, rung, calendar)
    return None


def after(due: datetime, rung: RungRule, calendar: WorkCalendar) -> datetime:
    """Return the moment a rung behind the due moment is reached; the due moment itself for 0."""
    return due_at(due, rung.amount, rung.unit, calendar).at if rung.amount else due  # type: ignore[arg-type]


def _share(running: Running, share: float, now: datetime, calendar: WorkCalendar) -> datetime:
    """Return when a share of the running time is used up; a moment not after now when it is already."""
    end = due_at(running.started_at, running.amount, running.unit, calendar).at
    if running.extended_days:
        end = due_at(end, running.extended_days, "working_day", calendar).at
    whole = left(running.started_at, end, running.unit, calendar)
    rest = left(now, running.due_at, running.unit, calendar)
    spare = rest - (1 - share) * whole
    if spare < 1:  # within a second: sums of fractions are not exact to the microsecond
        return min(now, running.due_at)
    return advance(now, spare, running.unit, calendar).at


@dataclass(frozen=True)
class Responsible:
    """Who answers for a late case: the unit, the region code of its block, its level, and its grid if it lies there."""

    unit: UUID | None
    level: int
    grid: str = ""


@dataclass(frozen=True)
class Facts:
    """Where a case lies and who has it; the codes are 12 digits (grid: 15), the desks are those of its regions."""

    county: str
    town: str
    village: str
    grid: str
    level: int
    holder_unit: UUID | None
    sender_unit: UUID | None
    sender_level: int
    handler_unit: UUID | None


def responsible(stage: str, facts: Facts, desks: Sequence[tuple[int, UUID]]) -> Responsible:
    """Return who lets a stage wait: the checker of a check, the arbiter of an objection, else the holder.

    `desks` are (level, unit) of the case's own regions, lowest level of government (village, 5) first. A check falls
    to the lowest desk that had no hand in the handling.
    """
    if stage in CHECKED:
        for level, desk in desks:
            if desk != facts.handler_unit:
                return Responsible(desk, level)
    if stage == "rule" and facts.sender_unit:
        return Responsible(facts.sender_unit, facts.sender_level)
    if facts.level == GRID_LEVEL:
        village = next((desk for level, desk in desks if level == 5), facts.holder_unit)
        return Responsible(village, GRID_LEVEL, facts.grid)
    return Responsible(facts.holder_unit, facts.level)


def told(who: str, late: Responsible, desks: Sequence[tuple[int, UUID]]) -> UUID | None:
    """Return the unit a rung speaks to: the responsible one, its leader's, or the desk above (never itself)."""
    if who in ("handler", "desk"):
        return late.unit
    if who == "leader":
        if late.level < TOWN_LEVEL:
            return late.unit
        return next((desk for level, desk in desks if level <= TOWN_LEVEL), late.unit)
    highest_level = min(3, late.level)  # nobody is told of, or supervises, a level above its own
    return next((desk for level, desk in desks if level <= highest_level and desk != late.unit), None)


def highest(reached: Sequence[str], rungs: Sequence[RungRule]) -> dict[str, RungRule]:
    """Return per addressee the highest rung reached: after a long standstill nobody is told of half time."""
    by_code = {rung.code: rung for rung in rungs}
    found: dict[str, RungRule] = {}
    for code in reached:
        rung = by_code[code]
        for who in rung.tells:
            found[who] = rung
        if rung.does:
            found[rung.does] = rung
    return found
