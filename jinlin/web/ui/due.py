"""How a due time is said: what is left, by how much it passed, in whole units a person would use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON: Final = timedelta(hours=4)


@dataclass(frozen=True)
class Told:
    """Words, tone and icon of a due time."""

    words: str
    tone: str
    icon: str


def span(length: timedelta) -> str:
    """Say a length of time in one or two units: 2 天 3 小时, 5 小时, 40 分钟."""
    minutes = max(1, int(length.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        told = ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}
        more = ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}
        return f"{told} {more}" if hours and days < 10 else told
    if hours:
        return ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}
    return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}


def told(at: datetime | None, now: datetime, *, met: datetime | None = None, paused: bool = False) -> Told:
    """Say a due time. `at`, `now`, `met` are aware; overdue is the only case that is red."""
    if at is None:
        return Told(_("不限时"), "none", "clock")
    if met is not None:
        return Told(_("按时办到"), "met", "check") if met <= at else Told(_("超时办到"), "none", "check")
    if paused:
        return Told(_("暂停计时"), "none", "pause")
    if at < now:
        return Told(_("超时 {span}").format(span=span(now - at)), "overdue", "alert")
    words = _("还剩 {span}").format(span=span(at - now))
    return Told(words, "soon" if at - now <= SOON else "left", "clock")
