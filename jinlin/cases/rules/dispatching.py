"""Rules about to whom a case may go."""

from __future__ import annotations

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _
from jinlin.orgs.rules import DutyKind, Part, may_lead


def check_receiver(*, duty_kind: DutyKind | None, level: int, part: Part) -> None:
    """Refuse a dispatch the duty lists forbid; `duty_kind` is that of the receiving desk's own list.

    A `withdrawn` duty never reaches a township or a village as lead or assist; a community is never the lead for what
    it only assists (domain.md 0.7, 2.1). Departments (level 3 and above) are not bound.
    """
    if may_lead(duty_kind, level, part):
        return
    if duty_kind == "withdrawn":
        raise RuleBroken(
            "duty_withdrawn", _("这件事已由上级收回，不能派给乡镇（街道）和村（社区），请派给主管部门。")
        )
    if duty_kind is None:
        raise RuleBroken("duty_not_listed", _("村（社区）的履职清单里没有这件事，请派给街道或主管部门。"))
    raise RuleBroken("assists_only", _("这个单位对这件事只配合、不主办，请派给主办单位，把它列为协办。"))


def check_lower(*, from_level: int, to_level: int) -> None:
    """Refuse handing a case down to a level that is not below."""
    if to_level <= from_level:
        raise RuleBroken("not_lower", _("只能下交给下一级单位；交给部门请用派单，交给上级请用上报。"))
