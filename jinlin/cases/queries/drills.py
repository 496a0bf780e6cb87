"""Lists that stand behind the numbers of a board: the same cases the counters counted, no more and no fewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.cases.rules import words as w
from jinlin.cases.rules.standing import BLOCK, CHECKED
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.orgs import queries as orgs

DRILLS: Final[dict[str, str]] = {
    "due_today": noop("今天到期"),
    "working": noop("正在办理（不含待核查、回访、裁定）"),
    "opened": noop("这段时间新增"),
    "reported": noop("这段时间反映的事"),
    "ended": noop("这段时间结案"),
    "unfinished": noop("应结未结"),
    "self_handled": noop("这段时间网格当场解决"),
}
# view -> the moment its period is about
MOMENTS: Final = {
    "opened": "opened_at",
    "reported": "opened_at",
    "ended": "closed_at",
    "unfinished": "result_due_at",
    "self_handled": "accepted_at",
}
_LEVELS: Final = {word: level for level, word in BLOCK.items()}


def drill_shapes() -> dict[str, Q]:
    """Return the condition of each drill, beside area, filters and period."""
    tomorrow = midnight(clock.today() + timedelta(days=1))
    return {
        "due_today": Q(is_open=True, due_at__gte=clock.now(), due_at__lt=tomorrow),
        "working": Q(is_open=True) & ~Q(state__in=CHECKED),
        "opened": Q(),
        "reported": Q(part_of=None),
        "ended": Q(is_open=False),
        "unfinished": Q(is_open=True, result_due_at__isnull=False),
        "self_handled": Q(is_open=False, self_handled=True),
    }


def midnight(day: date) -> datetime:
    """Return the local moment a day begins."""
    return datetime.combine(day, time(), clock.LOCAL)


def in_period(view: str, since: str, until: str) -> Q:
    """Return the condition of a period, both days inclusive; nothing for views that have no moment. Raises Invalid."""
    column, found = MOMENTS.get(view), Q()
    if column is None:
        return found
    if since:
        found &= Q(**{f"{column}__gte": midnight(_day(since, "since"))})
    if until:
        found &= Q(**{f"{column}__lt": midnight(_day(until, "until") + timedelta(days=1))})
    return found


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
        raise Invalid({name: [_("日期请写成 2026-03-10 这样。")]})
    return day


def of_line(line: str, counties: Sequence[str] = ()) -> Q:
    """Return the condition on cases that a line of the counters stands for (at most one query).

    `counties`: whose organisations are meant; all without any.
    """
    level = _LEVELS.get(line, 0)
    if level == w.GRID_LEVEL:
        return Q(level=w.GRID_LEVEL)
    units: list[UUID] = orgs.units_standing_for("" if level else line, counties, level)
    return Q(holder_unit__in=units) & ~Q(level=w.GRID_LEVEL)


def is_line(line: str) -> bool:
    """Tell whether somebody could have chosen this line."""
    return line in _LEVELS or line in orgs.line_names()
