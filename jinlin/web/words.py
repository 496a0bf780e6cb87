"""Names of units of time as people read them."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

UNIT_NAMES: Final[dict[str, str]] = {
    "clock_hour": _("小时"),
    "working_hour": _("工作小时"),
    "working_day": _("工作日"),
    "calendar_day": _("自然日"),
}
SLA_NAMES: Final[dict[str, str]] = {  # domain.md 4.2
    "P0": _("危及生命"),
    "P1": _("民生急难和隐患"),
    "P2": _("城市快办"),
    "P3": _("一般诉求"),
    "P4": _("复杂或多单位"),
    "P5": _("计划和挂账"),
    "CONSULT": _("咨询"),
    "*": _("没有另定的"),
}
