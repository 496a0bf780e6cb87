"""When something may be told, and how a digest says it; pure.

Source: domain.md 4.4 (digest, not a storm of pings), issue "Clocks" (quiet at night, never twice for one thing).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, Protocol, TypeVar
from uuid import UUID

from jinlin.cases.rules.deadlines import WorkCalendar
from jinlin.cases.rules.ladder import RUNGS
from jinlin.kernel.errors import gettext_noop as _

COMING: Final = frozenset({"half", "most"})
LATE: Final = frozenset({"due", "leader", "supervise", "no_unit"})
ASKED: Final[dict[str, str]] = {
    "sup_opened": _("督办，请答复"),
    "sup_returned": _("督办退回，请重新答复"),
    "sup_late": _("督办过了期限还没答复"),
    "sup_answered": _("督办已答复，请审核"),
    "meeting": _("要会办"),
    "whistle": _("街道吹哨，请报到"),
    "topic": _("每月一题候选"),
    "warning": _("预警，请研判"),
    "slip": _("提示单，请答复"),
    "slip_back": _("提示单退回，请重新答复"),
    "slip_done": _("提示单已答复，请审核"),
    "slip_late": _("提示单过了期限还没答复"),
    "plan": _("换季前该动手了"),
    "review": _("议定的事到了回访日子"),
}
# What one member of staff is told alone: the sentence names no matter, and where to look.
PERSONAL: Final[dict[str, tuple[str, str]]] = {
    "mediation": (_("您经办的卷宗有日子到了，请打开“我的卷宗”查看。"), "/mediation/"),
}
LABELS: Final[dict[str, str]] = {**RUNGS, **ASKED}
_ORDER: Final = tuple(LABELS)
GROUPS: Final[dict[str, tuple[str, Collection[str]]]] = {
    "late": (_("已超期"), LATE),
    "coming": (_("将到期"), COMING),
    "asked": (_("要答复、要会办"), frozenset(ASKED)),
}


@dataclass(frozen=True)
class Quiet:
    """When nothing is told: from an hour to an hour over night, and on days off; some SLA classes wait for nothing."""

    starts: time = time(20)
    ends: time = time(8)
    days_off: bool = True
    urgent: frozenset[str] = frozenset({"P0", "P1"})


def is_quiet(now: datetime, quiet: Quiet, calendar: WorkCalendar) -> bool:
    """Tell whether an ordinary notice has to wait at this moment."""
    local = now.astimezone(calendar.zone)
    if quiet.days_off and not calendar.is_workday(local.date()):
        return True
    at = local.time()
    if quiet.starts > quiet.ends:  # over midnight
        return at >= quiet.starts or at < quiet.ends
    return quiet.starts <= at < quiet.ends


def slot_at(now: datetime, quiet: Quiet, calendar: WorkCalendar) -> str:
    """Return the name of the working half-day now, like "2026-03-10/1"; "" when an ordinary digest has to wait."""
    if is_quiet(now, quiet, calendar):
        return ""
    local = now.astimezone(calendar.zone)
    for number, (opening, closing) in enumerate(calendar.windows(local.date()), start=1):
        if opening <= local < closing:
            return f"{local:%Y-%m-%d}/{number}"
    return ""


def urgent_slot(now: datetime, calendar: WorkCalendar) -> str:
    """Return the name of a digest that waits for nothing: its minute."""
    return f"{now.astimezone(calendar.zone):%Y-%m-%d %H:%M}"


def group_of(rung: str) -> str:
    """Return under which heading a notice stands."""
    return next((name for name, (_label, rungs) in GROUPS.items() if rung in rungs), "asked")


N = TypeVar("N", bound="Said")


def weight(rung: str) -> int:
    """Return how far up a rung stands: of two about one matter only the higher is shown."""
    return _ORDER.index(rung) if rung in _ORDER else -1


class Said(Protocol):
    """What counting needs to know of a notice."""

    rung: str
    ref: UUID
    case_id: UUID | None


def matters(rows: Iterable[N]) -> list[N]:
    """Return one notice per matter, the highest: a case late in two stages is one late case; what is asked stands apart."""
    found: dict[object, N] = {}
    for row in rows:
        key = row.ref if row.rung in ASKED or row.case_id is None else row.case_id
        if key not in found or weight(row.rung) > weight(found[key].rung):
            found[key] = row
    return list(found.values())
