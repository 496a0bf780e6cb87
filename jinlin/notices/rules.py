"""When something may be told, and how a digest says it; pure.

Source: domain.md 4.4 (digest, not a storm of pings), issue "Clocks" (quiet at night, never twice for one thing).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from jinlin.cases.rules.deadlines import WorkCalendar
from jinlin.cases.rules.ladder import RUNGS
from jinlin.kernel.errors import gettext_noop as _

COMING: Final = frozenset({"half", "most"})
LATE: Final = frozenset({"due", "leader", "supervise", "no_unit"})
ASKED: Final[dict[str, str]] = {
    "sup_opened": _("督办，请答复"),
    "sup_returned": _("督办退回，请重新答复"),
    "sup_answered": _("督办已答复，请审核"),
    "meeting": _("要会办"),
    "task": _("主动治理任务"),
    "topic": _("每月一题候选"),
}
LABELS: Final[dict[str, str]] = {**RUNGS, **ASKED}
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
