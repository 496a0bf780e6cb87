"""Limits of drives of follow-up calls and of visits; pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

MOST_CASES: Final = 500  # of one drive: what a desk can call in two weeks
MOST_MATTERS: Final = 5  # of one visit
REST_DAYS: Final = 30  # nobody is asked about one case twice within a month [D]
LONGEST: Final = timedelta(days=60)
FURTHEST_BACK: Final = timedelta(days=180)  # contacts of closed cases are kept so long (design/trust.md 7)
ENDS: Final = ("solved", "partly", "explained", "answered")
VISIT_CHANNELS: Final = ("visit", "parlour")


def check_period(closed_from: date, closed_to: date, ends_on: date, today: date) -> None:
    """Refuse a period in the future, turned round, or older than contacts are kept; and a drive without an end."""
    if closed_from > closed_to or closed_to > today:
        raise RuleBroken("period", _("办结时间段不对：开始不能晚于结束，结束不能晚于今天。"))
    if today - closed_from > FURTHEST_BACK:
        raise RuleBroken("too_old", _("办结超过 180 天的联系方式已经删除，请选近一些的时间段。"))
    if not today <= ends_on <= today + LONGEST:
        raise RuleBroken("ends", _("回访截止日应在今天到 60 天之内。"))
