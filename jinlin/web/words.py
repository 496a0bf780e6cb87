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
