"""Names of roles and units of time as people read them."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

ROLE_NAMES: Final[dict[str, str]] = {
    "grid_worker": _("网格员"),
    "grid_leader": _("网格长"),
    "micro_head": _("联户长"),
    "village_clerk": _("村（社区）工作人员"),
    "town_clerk": _("乡镇（街道）工作人员"),
    "county_clerk": _("县（市、区）综治中心工作人员"),
    "city_clerk": _("市级工作人员"),
    "department": _("部门工作人员"),
    "leader": _("负责人"),
    "supervisor": _("监督员"),
    "province_viewer": _("省级查看"),
    "platform_admin": _("平台管理员"),
}
UNIT_NAMES: Final[dict[str, str]] = {
    "clock_hour": _("小时"),
    "working_hour": _("工作小时"),
    "working_day": _("工作日"),
    "calendar_day": _("自然日"),
}
